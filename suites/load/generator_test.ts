import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { generatorBound } from "./generator.ts";
import { histogramOf, measurementsOf } from "./testing.ts";

const often = (ms: number, times = 1000) => histogramOf(...Array(times).fill(ms));
const bound = (sendLag: string, delivery: string, cpu = 0.1) => {
  const { phases, generator, intervals, ...rest } = measurementsOf();
  return generatorBound(
    {
      ...rest,
      phases: phases.map((phase) => ({ ...phase, latencies: { delivery } })),
      generator: { ...generator, sendLag },
      intervals: intervals.map((interval) => ({ ...interval, cpu })),
    },
    undefined,
    2,
  );
};

describe("a run is bound by its generator", () => {
  it("not where its own delay is a small part of what was measured", () => {
    assertEquals(bound(often(40), often(500)), []);
    assertEquals(bound(often(20), often(21)), []); // a frame of a screen
  });

  it("where it sent late by more than a tenth of the slowest deliveries", () => {
    assertEquals(bound(often(60), often(500)), [
      "it sent events 60 ms late at p99 (limit 50 ms)",
    ]);
  });

  it("not for one slow moment among few events", () => {
    assertEquals(bound(histogramOf(...Array(100).fill(1), 300), often(50)), []);
  });

  it("where it used the cores that the target left", () => {
    assertEquals(bound(often(1), often(50), 1.9), [
      "it used 1.9 of the 2 cores available to it",
    ]);
  });
});
