/** What a page of ours asks the browser to refuse. */
import { createHash } from "node:crypto";

/** Nothing may load and nothing may run but this file's own style and script. */
export function policy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
