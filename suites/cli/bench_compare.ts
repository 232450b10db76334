/**
 * How often `compare` is right, over recorded runs of one server: it is run again and again, and
 * every half of the runs is held against the other. Then every latency of one half is made 20%
 * longer, which is to be found.
 *
 * `deno task bench:compare [folder]` records eight runs into the folder, or takes those in it.
 */
import { join } from "@std/path";
import { readRuns } from "../../reports/compare/read.ts";
import { compareLoads } from "../../reports/compare/load.ts";
import { THRESHOLDS } from "../../reports/compare/row.ts";
import { decodeHistogram, emptyHistogram, encodeHistogram } from "../record/load/histogram.ts";
import type { LoadReport } from "../record/load/report.ts";

const RUNS = 8;
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

let [halves, equal, found] = [0, 0, 0];
for (const [base, other] of halvesOf(read.runs)) {
  halves++;
  if (!isWorse(base, other)) equal++;
  if (isWorse(base, other.map(slowed))) found++;
}
console.log(`one server: ${equal} of ${halves} pairs of ${read.runs.length / 2} runs are equal`);
console.log(`slower by 20%: ${found} of ${halves} are found`);

function isWorse(base: readonly LoadReport[], other: readonly LoadReport[]): boolean {
  return compareLoads(base, other, THRESHOLDS).rows.some(({ isRegression }) => isRegression);
}

/** Every way to lay the runs into two halves, once. */
function* halvesOf<T>(runs: readonly T[]): Generator<[T[], T[]]> {
  for (let chosen = 1; chosen < 2 ** runs.length; chosen += 2) {
    const isBase = (at: number) => (chosen >> at & 1) === 1;
    const base = runs.filter((_, at) => isBase(at));
    if (base.length * 2 === runs.length) yield [base, runs.filter((_, at) => !isBase(at))];
  }
}

/** The same run on a server that takes longer for everything. */
function slowed(report: LoadReport): LoadReport {
  const run = structuredClone(report);
  for (const { latencies } of run.load.measurements.phases) {
    for (const [kind, text] of Object.entries(latencies)) {
      Object.assign(latencies, { [kind]: longer(text) });
    }
  }
  return run;
}

function longer(text: string): string {
  const [from, to] = [decodeHistogram(text), emptyHistogram()];
  for (let at = 0; at < from.totalCount; at++) {
    const value = from.getValueAtPercentile((at + 0.5) / from.totalCount * 100);
    to.recordValue(Math.round(value * SLOWER));
  }
  return encodeHistogram(to);
}
