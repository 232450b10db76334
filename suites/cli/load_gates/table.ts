/**
 * Prints what `load` says of each wrong target, as a table in Markdown: of this project as it stands,
 * or of a checkout of fd5e0b1.
 *
 *     deno run -A suites/cli/load_gates/table.ts [--checkout FOLDER]
 */
import { parseArgs } from "node:util";
import { GATES } from "./gates.ts";
import { heldAgainst } from "./held_against.ts";

const { values: { checkout } } = parseArgs({ options: { checkout: { type: "string" } } });

/** The lines that tell: counts, verdicts, findings, the sentence at the end, what k6 refuses. */
const TELLING =
  /expected deliver|deliveries (came|were)|^ *[✔✘?!] |connections? (stood|were|of)|no client|objectives|crossed|did not connect/;

console.log("| the target | printed |");
console.log("| --- | --- |");
for (const gate of GATES) {
  const { code, err } = await heldAgainst(gate, checkout);
  const lines = err.split("\n").filter((line) =>
    TELLING.test(line) && !line.includes("secret of main")
  )
    .map((line) => line.trim().replaceAll("|", "/"));
  console.log(`| ${gate.title} | exit ${code}; ${lines.join("; ")} |`);
}
