import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { descriptorsOf, memoryOf } from "./memory.ts";
import { NO_COUNTS } from "../record/load/measurements.ts";
import type { Resources } from "../record/load/resources.ts";

const MEGABYTE = 1024 * 1024;
const START = Date.parse("2026-01-01T00:00:00.000Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** Ten seconds in which 200 connections a second come up, ten in which they stay open. */
const run = {
  startedAt: at(5),
  phases: [["ramp", 0], ["steady", 1000]].map(([name, accepted]) => ({
    name: String(name),
    seconds: 10,
    measured: true,
    counts: { ...NO_COUNTS, accepted: Number(accepted) },
    latencies: {},
  })),
  intervals: Array.from({ length: 20 }, (_, second) => ({
    second,
    phase: second < 10 ? "ramp" : "steady",
    standing: Math.min(second + 1, 10) * 200,
    delivered: 0,
    p50: 0,
    p99: 0,
    max: 0,
    cpu: 0,
    rss: 0,
  })),
};

/** 50 MB, 10 KB a connection, and after the run 55 MB; sampled from 5 s before it until 5 s after it. */
function sampled(bytes: (connections: number, second: number) => number): Resources {
  return {
    startedAt: at(0),
    sources: [],
    restarts: [],
    memory: {},
    samples: Array.from({ length: 31 }, (_, second) => {
      const connections = Math.max(0, Math.min(second - 5, 10)) * 200;
      const pss = Math.round(second > 25 ? 55 * MEGABYTE : bytes(connections, second));
      return { at: second, process: { pss, rss: pss + 30 * MEGABYTE } };
    }),
  };
}

describe("memory", () => {
  const resources = sampled((connections) => 50 * MEGABYTE + connections * 10_240);

  it("is told at rest, at its highest, and after the last connection has gone", () => {
    const { idle, peak, released } = memoryOf(resources, run);
    assertEquals([idle, peak, released], [
      50 * MEGABYTE,
      50 * MEGABYTE + 20_480_000,
      55 * MEGABYTE,
    ]);
  });

  it("is told a connection, by a line through the ramp", () => {
    const line = memoryOf(resources, run).perConnection;
    assertEquals(line?.bytes, 10_240);
    assertEquals(line?.connections, 2000);
    assertAlmostEquals(line?.explained ?? 0, 1, 1e-9);
  });

  it("is told a minute and an event, by lines through the measured phases after the ramp", () => {
    // From second 15 on, 100 events a second, of which each keeps 300 bytes.
    const kept = sampled((_, second) => 50 * MEGABYTE + Math.max(0, second - 15) * 30_000);
    const { growth } = memoryOf(kept, run);
    assertEquals(growth?.perMinute, 1_800_000);
    assertAlmostEquals(growth?.perEvent ?? 0, 300, 1e-6);
    assertEquals(growth?.samples, 10);
    assertEquals(memoryOf(resources, run).growth?.perMinute, 0);
    const few = { ...kept, samples: kept.samples.slice(0, 18) };
    assertEquals(memoryOf(few, run).growth, undefined, "of three samples nothing is known");
  });

  it("is not all that is released: descriptors are told at rest and afterwards", () => {
    const samples = resources.samples.map((sample) => ({
      ...sample,
      process: { descriptors: sample.at <= 5 ? 12 : sample.at > 27 ? 14 : 500 },
    }));
    assertEquals(descriptorsOf({ ...resources, samples }, run), { idle: 12, released: 14 });
    assertEquals(descriptorsOf(resources, run), undefined, "they were not read");
  });

  it("says how little a line explains, where memory goes its own way", () => {
    const wild = sampled((_, second) => 50 * MEGABYTE + (second * 7919 % 13) * MEGABYTE);
    const line = memoryOf(wild, run).perConnection;
    assert((line?.explained ?? 1) < 0.3, `${line?.explained}`);
  });

  it("is told of a container where the processes could not be seen", () => {
    const samples = resources.samples.map(({ at, process }) => ({
      at,
      container: { rss: process?.pss ?? 0 },
    }));
    assertEquals(memoryOf({ ...resources, samples }, run), memoryOf(resources, run));
  });

  it("is told of nothing that was not seen", () => {
    const samples = resources.samples.filter(({ at }) => at > 5 && at < 7);
    const { idle, released, perConnection } = memoryOf({ ...resources, samples }, run);
    assertEquals([idle, released, perConnection], [undefined, undefined, undefined]);
    assertEquals(memoryOf({ ...resources, samples: [] }, run), {});
  });

  it("draws no line through a restart", () => {
    const restarts = [{ at: 9, what: "process 1 is gone" }];
    assertEquals(memoryOf({ ...resources, restarts }, run).perConnection, undefined);
  });
});
