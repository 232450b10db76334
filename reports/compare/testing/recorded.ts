/** Recorded runs of one server, laid into sides, and made to be those of a slower one. */
import {
  decodeHistogram,
  emptyHistogram,
  encodeHistogram,
} from "../../../suites/record/load/histogram.ts";
import type { LoadReport } from "../../../suites/record/load/report.ts";
import { sampleLoad } from "../../testing/load_sample.ts";

/** Of a run, the latencies of each measured phase, as reports have them. */
type Latencies = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Ten runs of the load `small` on the reference server. The machine had other work, over which the
 * runs had priority (`chrt -f 5 deno task load small`): their medians differ by 5%.
 */
export async function recordedRuns(): Promise<LoadReport[]> {
  const text = await Deno.readTextFile(new URL("one_server.json", import.meta.url));
  const runs: readonly Latencies[] = JSON.parse(text);
  return runs.map((latencies) => {
    const { resources: _, ...sample } = sampleLoad();
    const { load } = sample;
    const [phase] = load.measurements.phases;
    if (!phase) throw new Error("the sample has no phases");
    const phases = Object.entries(latencies).map(([name, latencies]) => ({
      ...phase,
      name,
      measured: true,
      latencies,
    }));
    const measurements = { ...load.measurements, complete: true, phases };
    return { ...sample, load: { ...load, generatorBound: [], measurements } };
  });
}

/** Every way to lay the runs into two halves, once. */
export function* halvesOf<T>(runs: readonly T[]): Generator<[T[], T[]]> {
  for (let chosen = 1; chosen < 2 ** runs.length; chosen += 2) {
    const isBase = (at: number) => (chosen >> at & 1) === 1;
    const base = runs.filter((_, at) => isBase(at));
    if (base.length * 2 === runs.length) yield [base, runs.filter((_, at) => !isBase(at))];
  }
}

/** The same run on a server that takes so many times as long for everything. */
export function slowed(report: LoadReport, times: number): LoadReport {
  const run = structuredClone(report);
  for (const { latencies } of run.load.measurements.phases) {
    for (const [kind, text] of Object.entries(latencies)) {
      Object.assign(latencies, { [kind]: longer(text, times) });
    }
  }
  return run;
}

function longer(text: string, times: number): string {
  const [from, to] = [decodeHistogram(text), emptyHistogram()];
  for (let at = 0; at < from.totalCount; at++) {
    const value = from.getValueAtPercentile((at + 0.5) / from.totalCount * 100);
    to.recordValue(Math.round(value * times));
  }
  return encodeHistogram(to);
}
