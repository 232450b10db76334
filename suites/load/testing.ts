/** Measurements for tests. */
import { emptyHistogram, encodeHistogram } from "../record/load/histogram.ts";
import { lotsOf, type Sale } from "./lot.ts";
import { type LoadMeasurements, NO_COUNTS } from "../record/load/measurements.ts";
import type { LoadScenario } from "./scenario.ts";

/** A histogram of these durations in milliseconds. */
export function histogramOf(...ms: readonly number[]): string {
  const histogram = emptyHistogram();
  for (const value of ms) histogram.recordValue(value * 1000);
  return encodeHistogram(histogram);
}

/** Those of a run in which all went well: ten clients, five events to all of them. */
export function measurementsOf(change: Partial<LoadMeasurements> = {}): LoadMeasurements {
  return {
    version: 1,
    engine: "k6",
    startedAt: "2026-11-25T12:00:00.000Z",
    complete: true,
    part: { index: 0, of: 1, machine: 1 },
    connections: { planned: 10, standing: 10, most: 10 },
    phases: [
      {
        name: "ramp",
        seconds: 1,
        measured: true,
        counts: NO_COUNTS,
        latencies: { connect: histogramOf(1, 2) },
      },
      {
        name: "all",
        seconds: 2,
        measured: true,
        counts: { ...NO_COUNTS, expected: 50, delivered: 50, accepted: 5 },
        latencies: { delivery: histogramOf(...Array(50).keys()) },
      },
    ],
    intervals: [0, 1, 2].map((second) => ({
      second,
      phase: second === 0 ? "ramp" : "all",
      standing: 10,
      delivered: second === 0 ? 0 : 25,
      p50: 25_000,
      p99: 49_000,
      max: 49_000,
      cpu: 0.1,
      rss: 1e6,
    })),
    generator: {
      cpuSeconds: 1,
      maxRss: 1e6,
      schedulerDelay: histogramOf(1),
      sendLag: histogramOf(1),
    },
    troubles: [],
    ...change,
  };
}

/** A sale of a scenario's lots, as an application would have it. */
export function saleOf(scenario: LoadScenario): Sale {
  const lots = lotsOf(scenario).map((name, id) => [name, {
    channel: `private-lot.${id}`,
    event: "bid.placed",
    bid: {
      url: `http://127.0.0.1:2/lots/${id}/bids`,
      headers: { "Content-Type": "application/json" },
      body: '{"amount":$number}',
      first: 100,
      field: "lot.price",
      accepted: { where: { success: true } },
    },
  }]);
  return {
    lots: Object.fromEntries(lots),
    authorize: { url: "http://127.0.0.1:2/broadcasting/auth", headers: {} },
    session: { headers: { Cookie: "session=who" }, words: {} },
  };
}
