/** What was counted and timed in one phase. */
import {
  type Counts,
  type LATENCIES,
  type LoadMeasurements,
  NO_COUNTS,
} from "../../record/load/measurements.ts";
import { Histogram } from "./histogram.ts";

export type Latency = typeof LATENCIES[number];

export class Tally {
  readonly counts: Counts = { ...NO_COUNTS };
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
