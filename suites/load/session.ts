/**
 * What of an application's requests may stand in a plan, and so in a report, and what lets somebody
 * in: cookies and tokens, which engines are told apart from the plan.
 */
import type { Composed } from "../language/application.ts";
import { CannotRun, type Session } from "./engine.ts";

/** Headers that say nothing of who sends them; all others may let somebody in. */
const HARMLESS = /^(accept|content-type)$/i;

export interface Params {
  readonly session: Session;
  /** The request as it may be read by anybody. */
  readonly open: Pick<Composed, "url" | "headers" | "body">;
}

/** Takes out of a request all that lets somebody in. Throws `CannotRun` where it is in its address. */
export function withoutSecrets(
  { url, headers, body }: Composed,
  secrets: readonly string[],
): Params {
  if (secrets.some((value) => url.includes(encodeURIComponent(value)))) {
    throw new CannotRun(`what lets the bidder in stands in an address: ${new URL(url).pathname}`);
  }
  const words: Record<string, string> = {};
  let readable = body;
  for (const value of secrets.toSorted((a, b) => b.length - a.length)) {
    for (const written of new Set([value, inForm(value), inJson(value)])) {
      if (!readable.includes(written)) continue;
      const name = `token${Object.keys(words).length + 1}`;
      words[name] = written;
      readable = readable.replaceAll(written, () => `\${${name}}`);
    }
  }
  const isHarmless = ([name]: readonly [string, string]) => HARMLESS.test(name);
  const entries = Object.entries(headers);
  return {
    open: { url, headers: Object.fromEntries(entries.filter(isHarmless)), body: readable },
    session: {
      headers: Object.fromEntries(entries.filter((entry) => !isHarmless(entry))),
      words,
    },
  };
}

const inForm = (value: string) => new URLSearchParams({ value }).toString().slice("value=".length);
const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
