/** A run as a whole: what its measured phases add up to. */
import { type Histogram, sumOf } from "./histogram.ts";
import { type Counts, type LATENCIES, type LoadMeasurements, NO_COUNTS } from "./measurements.ts";

export type Phase = LoadMeasurements["phases"][number];
export type Latency = typeof LATENCIES[number];

/** The ramp and what the plan measures: not its warm-up. */
export function measuredPhases({ phases }: LoadMeasurements): readonly Phase[] {
  return phases.filter(({ measured }) => measured);
}

/** The counts of these phases, added up. */
export function countsOf(phases: readonly Phase[]): Counts {
  const sum: Counts = { ...NO_COUNTS };
  for (const { counts } of phases) {
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += counts[key]; // its own keys
  }
  return sum;
}

/** One latency of these phases; undefined where not measured. */
export function latencyOf(phases: readonly Phase[], latency: Latency): Histogram | undefined {
  return sumOf(phases.flatMap(({ latencies }) => latencies[latency] ?? []));
}

/** When each phase began and ended, in seconds since the run was opened. */
export function timesOf(
  { phases }: Pick<LoadMeasurements, "phases">,
): (Phase & { from: number; to: number })[] {
  let from = 0;
  return phases.map((phase) => {
    const to = from + phase.seconds;
    const timed = { ...phase, from, to };
    from = to;
    return timed;
  });
}
