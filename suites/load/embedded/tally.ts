/** What was counted and timed in one phase. */
import type { LATENCIES, LoadMeasurements } from "../measurements.ts";
import { Histogram } from "./histogram.ts";

export type Latency = typeof LATENCIES[number];
export type Counts = LoadMeasurements["phases"][number]["counts"];

export class Tally {
  readonly counts: Counts = {
    expected: 0,
    delivered: 0,
    duplicated: 0,
    reordered: 0,
    ancient: 0,
    late: 0,
    unexpected: 0,
    accepted: 0,
    refused: 0,
    unanswered: 0,
  };
  readonly #latencies: Partial<Record<Latency, Histogram>> = {};

  /** Counts one latency, in nanoseconds. */
  record(latency: Latency, nanos: number): void {
    (this.#latencies[latency] ??= new Histogram()).record(nanos);
  }

  encoded(): LoadMeasurements["phases"][number]["latencies"] {
    return Object.fromEntries(
      Object.entries(this.#latencies).map(([name, histogram]) => [name, histogram.encoded()]),
    );
  }
}
