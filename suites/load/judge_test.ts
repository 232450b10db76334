import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Resources } from "../record/load/resources.ts";
import { judge } from "./judge.ts";
import { readObjective } from "./objective.ts";
import { measurementsOf } from "./testing.ts";

const resources: Resources = {
  // A second before the run: its sample at 2.5 s is of second 1.5.
  startedAt: "2026-11-25T11:59:59.000Z",
  sources: [],
  samples: [
    { at: 1, process: { cpu: 9 } }, // the ramp
    { at: 3.5, process: { cpu: 0.5 } },
    { at: 3.9, process: { cpu: 0.7 } },
    { at: 9, process: { cpu: 9 } }, // afterwards
  ],
  restarts: [],
  memory: {
    peak: 48e6,
    perConnection: { bytes: 14_830, explained: 0.99, samples: 9, connections: 10 },
    growth: { perMinute: 1_200_000, perEvent: 64, explained: 0.98, samples: 60 },
  },
  descriptors: { idle: 20, released: 23 },
};

function judged(text: string, change = {}, of = resources) {
  const objective = readObjective(text);
  assert(typeof objective !== "string", String(objective));
  const { measured, verdict } = judge(objective, measurementsOf(change), of);
  return [verdict, measured];
}

describe("an objective is judged", () => {
  for (
    const [text, verdict, measured] of [
      ["delivery p50 <= 30ms", "met", "24 ms (50 of 50 delivered)"],
      ["delivery max < 49ms", "missed", "49 ms (50 of 50 delivered)"],
      ["connect p99 <= 1s", "met", "2 ms (10 of 10 connections open)"],
      ["delivered >= 100%", "met", "100% (50 of 50 delivered)"],
      ["duplicated == 0", "met", "0"],
      ["rss per connection <= 15KB", "met", "14.8 kB"],
      ["rss <= 40MB", "missed", "48 MB"],
      ["cpu <= 0.5", "missed", "0.6"],
      ["rss growth <= 1MB/min", "missed", "1.2 MB a minute"],
      ["bytes per event <= 100B", "met", "64 B"],
      ["descriptors after release == idle", "missed", "3 more than at rest"],
      ["descriptors after release <= 3", "met", "3 more than at rest"],
    ] as const
  ) {
    it(`${text}: ${verdict}`, () => assertEquals(judged(text), [verdict, measured]));
  }

  it("as unknown where not measured", () => {
    assertEquals(judged("whisper p99 <= 1s"), ["unknown", undefined]);
    assertEquals(judged("cpu <= 1", {}, { ...resources, samples: [] }), ["unknown", undefined]);
    const { descriptors: _, ...unread } = { ...resources, memory: {} };
    for (
      const text of [
        "rss <= 1GB",
        "rss growth <= 1GB/min",
        "bytes per event <= 1GB",
        "descriptors after release == idle",
      ]
    ) assertEquals(judged(text, {}, unread), ["unknown", undefined]);
  });

  it("as unknown where nothing was delivered, of deliveries; of events all the same", () => {
    const phases = measurementsOf().phases.map((phase) => ({
      ...phase,
      counts: { ...phase.counts, delivered: 0 },
    }));
    for (const figure of ["duplicated", "reordered", "late", "unexpected"]) {
      assertEquals(judged(`${figure} == 0`, { phases }), ["unknown", undefined]);
    }
    assertEquals(judged("refused == 0", { phases }), ["met", "0"]);
  });

  it("without the phases that are not measured", () => {
    const phases = measurementsOf().phases.map((phase) => ({ ...phase, measured: false }));
    assertEquals(judged("delivered >= 100%", { phases }), ["unknown", undefined]);
    assertEquals(judged("duplicated == 0", { phases }), ["unknown", undefined]);
  });

  it("as missed by a single delivery of ten thousand", () => {
    const phases = measurementsOf().phases.map((phase) => ({
      ...phase,
      counts: { ...phase.counts, expected: 5000, delivered: phase.name === "all" ? 4999 : 5000 },
    }));
    assertEquals(judged("delivered >= 100%", { phases }), [
      "missed",
      "99.99% (9,999 of 10,000 delivered)",
    ]);
  });
});
