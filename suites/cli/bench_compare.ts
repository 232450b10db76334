/**
 * How often `compare` is right, over recorded runs of one server: it is run again and again, and
 * every half of the runs is held against the other. Then every latency of one half is made 20%
 * longer, which is to be found.
 *
 * `deno task bench:compare [folder]` records ten runs into the folder, or takes those in it.
 */
import { join } from "@std/path";
import { readRuns } from "../../reports/compare/read.ts";
import { compareLoads } from "../../reports/compare/load.ts";
import { THRESHOLDS } from "../../reports/compare/row.ts";
import { halvesOf, slowed } from "../../reports/compare/testing/recorded.ts";
import type { LoadReport } from "../record/load/report.ts";

const RUNS = 10;
const SLOWER = 1.2;

const folder = Deno.args[0] ?? await Deno.makeTempDir({ prefix: "plumbline-compare-" });
const isEmpty = (await Array.fromAsync(Deno.readDir(folder))).length === 0;
for (let run = 1; isEmpty && run <= RUNS; run++) {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "load", "small", "--out", join(folder, String(run))],
    stdout: "null",
    stderr: "null",
  }).output();
  console.log(`run ${run} of ${RUNS}: exit code ${code}`);
}
const read = await readRuns(folder);
if (read.kind !== "load") throw new Error(`${folder} holds no load runs`);

let [halves, equal, found, untold] = [0, 0, 0, 0];
for (const [base, other] of halvesOf(read.runs)) {
  halves++;
  const same = compared(base, other);
  if (same === undefined) untold++;
  if (same === "equal") equal++;
  if (compared(base, other.map((run) => slowed(run, SLOWER))) === "worse") found++;
}
console.log(`one server: ${equal} of ${halves} pairs of ${read.runs.length / 2} runs are equal`);
console.log(`slower by 20%: ${found} of ${halves} are found`);
if (untold > 0) console.log(`of ${untold} nothing can be told: the machine was not quiet`);

/** Undefined where too little was measured to tell. */
function compared(base: readonly LoadReport[], other: readonly LoadReport[]) {
  const { rows, incomplete } = compareLoads(base, other, THRESHOLDS);
  if (incomplete !== undefined) return undefined;
  return rows.some(({ isRegression }) => isRegression) ? "worse" : "equal";
}
