/** The latencies of a run, decoded: of each phase, or of all that it measures. */
import { decodeHistogram, type Histogram } from "../../../suites/load/histogram.ts";
import { LATENCIES, type LoadMeasurements } from "../../../suites/load/measurements.ts";

export type Latency = typeof LATENCIES[number];
export type Phase = LoadMeasurements["phases"][number];

export function latencyOf(phase: Phase, kind: Latency): Histogram | undefined {
  const text = phase.latencies[kind];
  if (text === undefined) return undefined;
  const histogram = decodeHistogram(text);
  return histogram.totalCount > 0 ? histogram : undefined;
}

/** Warm-up is left out, as everywhere. */
export function measuredPhases({ phases }: LoadMeasurements): Phase[] {
  return phases.filter(({ measured }) => measured);
}

/** All phases' together; undefined where there was none. */
export function wholeLatency(phases: readonly Phase[], kind: Latency): Histogram | undefined {
  const [first, ...rest] = phases.flatMap((phase) => latencyOf(phase, kind) ?? []);
  if (first) first.autoResize = true; // another engine's may reach further
  for (const other of rest) first?.add(other);
  return first;
}
