#!/usr/bin/env node
/** `plumbline`, as npm installs it. */
import { start } from "./deno.mjs";

/** As docs/ci.md has them: wrong usage, what could not be completed, and what was interrupted. */
const [USAGE, INCOMPLETE, INTERRUPTED] = [2, 3, 130];

/** They read and write sources, tests and pages that the package does not have. */
const OF_A_CLONE = ["mutate", "reference"];

function cannotStart({ message }) {
  console.error(message);
  process.exitCode = INCOMPLETE;
}

const args = process.argv.slice(2);
if (OF_A_CLONE.includes(args[0])) {
  console.error(`plumbline ${args[0]} works in a clone of Plumbline only [PLB_USAGE]`);
  process.exit(USAGE);
}
try {
  const child = start(args, { stdio: "inherit" });
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
