#!/usr/bin/env node
/** `plumbline`, as npm installs it. */
import { start } from "./deno.mjs";

const child = start(process.argv.slice(2), { stdio: "inherit" });
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGHUP", () => child.kill("SIGHUP"));
process.on("SIGINT", () => {
  // A terminal interrupts both, and a second one would end Plumbline without its reports.
  if (!process.stdin.isTTY) child.kill("SIGINT");
});
child.on("error", (error) => {
  console.error(`cannot start Deno: ${error.message}`);
  process.exitCode = 3;
});
child.on("close", (code) => process.exitCode ??= code ?? 130);
