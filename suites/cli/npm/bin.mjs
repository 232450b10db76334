#!/usr/bin/env node
/** `plumbline`, as npm installs it. */
import { start } from "./deno.mjs";

/** As docs/ci.md has them: what could not be completed, and what was interrupted. */
const [INCOMPLETE, INTERRUPTED] = [3, 130];

function cannotStart({ message }) {
  console.error(message);
  process.exitCode = INCOMPLETE;
}

try {
  const child = start(process.argv.slice(2), { stdio: "inherit" });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  process.on("SIGINT", () => {
    // A terminal interrupts both, and a second one would end Plumbline without its reports.
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  child.on("error", cannotStart);
  child.on("close", (code) => process.exitCode ??= code ?? INTERRUPTED);
} catch (error) {
  cannotStart(error);
}
