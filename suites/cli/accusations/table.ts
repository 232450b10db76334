/**
 * Prints what the command line says of each deviation, as a table in Markdown: of this project as it
 * stands, or of a checkout of fd5e0b1.
 *
 *     deno run -A suites/cli/accusations/table.ts [--checkout FOLDER] [ROW…]
 */
import { parseArgs } from "node:util";
import { DEVIATIONS } from "./accusations.ts";
import { heldAgainst } from "./held_against.ts";

const { values: { checkout }, positionals: rows } = parseArgs({
  allowPositionals: true,
  options: { checkout: { type: "string" } },
});
const chosen = DEVIATIONS.filter(({ row }) => rows.length === 0 || rows.includes(row));

console.log("| row | the server | printed | right |");
console.log("| --- | --- | --- | --- |");
for (const deviation of chosen) {
  const { row, does, right } = deviation;
  const said = await heldAgainst(deviation, checkout);
  const { says, saysNot } = right;
  const words = [
    ...(says && !says.test(said.err) ? [`does not say ${says}`] : []),
    ...Object.entries(right.kinds ?? {}).flatMap(([id, kind]) =>
      said.kinds[id] === undefined || said.kinds[id] === kind ? [] : [`${id}: ${said.kinds[id]}`]
    ),
    ...(saysNot?.test(said.err) ? [`says ${saysNot.exec(said.err)}`] : []),
  ].map((text) => `; ${text}`).join("");
  console.log(
    `| ${row} | ${does} | ${outcome(said.exit, said.failed)}${words} | ${
      outcome(right.exit, right.failed)
    } |`,
  );
}

function outcome(exit: number, failed: readonly string[]): string {
  return `exit ${exit}; ${failed.length === 0 ? "none failed" : failed.join(" ")}`;
}
