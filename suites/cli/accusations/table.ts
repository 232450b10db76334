/**
 * Prints what the command line of a checkout says of each deviation, as a table in Markdown.
 *
 *     deno run -A suites/cli/accusations/table.ts CHECKOUT [ROW…]
 */
import { DEVIATIONS } from "./accusations.ts";
import { heldAgainst } from "./held_against.ts";

const [checkout = ".", ...rows] = Deno.args;
const chosen = DEVIATIONS.filter(({ row }) => rows.length === 0 || rows.includes(row));

console.log("| row | the server | printed | right |");
console.log("| --- | --- | --- | --- |");
for (const deviation of chosen) {
  const { row, does, right } = deviation;
  const said = await heldAgainst(deviation, checkout);
  const { says, saysNot } = right;
  const words = [
    ...(says && !says.test(said.err) ? [`does not say ${says}`] : []),
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
