import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../../targets/file.ts";
import { type ServerProcess, startServer } from "../../../targets/start.ts";
import { root } from "../../cli/testing.ts";
import { type LoadMeasurements, measurementsSchema } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { embedded } from "./embedded_engine.ts";
import type { Counts } from "../../record/load/measurements.ts";
import type { Latency } from "./tally.ts";
import { addressOf, counted, planFor, SECRET, totalOf } from "./testing/plan.ts";

const run = (plan: LoadPlan, signal = new AbortController().signal) =>
  embedded(plan, { secret: SECRET, signal, out: "" });

interface Attempt {
  readonly title: string;
  readonly change: Partial<LoadPlan>;
  /** Where it is not set, only the sums of what was expected and delivered must agree. */
  readonly wanted?: Partial<Counts>;
  /** Latencies of the last phase that must be there. */
  readonly timed: readonly Latency[];
}

const clients = { name: "bidders", count: 20, perSecond: 1000, channels: [[0]] };
const BROADCAST = 50;

// The same as suites/load/k6/engine/run_test.go has.
const SCENARIOS: readonly Attempt[] = [
  {
    title: "of a broadcast",
    change: {},
    wanted: { expected: 2500, delivered: 2500, accepted: BROADCAST },
    timed: ["answer", "delivery", "first", "last"],
  },
  {
    title: "of batches to many channels",
    change: {
      channels: ["batch-a", "presence-batch-b", "batch-c"],
      clients: [{ ...clients, count: 60, channels: [[0, 1], [1, 2]] }],
      publishers: [{ event: "Said", perSecond: 60, channels: [0, 1, 2], bytes: 100, batch: 6 }],
    },
    // 25 requests of 6 events, two to each channel; 30, 60 and 30 members.
    wanted: { expected: 6000, delivered: 6000, accepted: 150 },
    timed: ["answer", "delivery", "first", "last"],
  },
  {
    title: "of what is sealed",
    change: { channels: ["private-encrypted-auction"] },
    wanted: { expected: 2500, delivered: 2500, accepted: BROADCAST },
    timed: ["delivery", "last"],
  },
  {
    title: "of whispers",
    change: {
      channels: ["private-room-a", "private-room-b"],
      clients: [{ ...clients, channels: [[0], [1]], whispers: { perSecond: 2, bytes: 80 } }],
      publishers: [],
    },
    // 20 clients, twice a second for 2.5 s, each to the nine others of its room.
    wanted: { expected: 900, delivered: 900, accepted: 100 },
    timed: ["whisper"],
  },
  {
    title: "to those who come and go",
    change: {
      channels: ["private-visited"],
      clients: [clients, { ...clients, name: "visitors", visits: { stayMs: 230, awayMs: 110 } }],
    },
    timed: ["connect", "handshake", "subscribe", "delivery"],
  },
  {
    title: "to those who are cut off",
    change: {
      channels: ["private-dropped"],
      reconnect: { afterMs: 100 },
      phases: [
        { name: "before", seconds: 0.5, rate: 1, measured: false },
        { name: "after", seconds: 2, rate: 1, measured: true, drop: 0.5 },
      ],
    },
    timed: ["recover", "delivery"],
  },
  {
    title: "to those who read slowly",
    change: {
      channels: ["private-slow"],
      clients: [clients, { ...clients, name: "slow", slow: { pauseMs: 200, everyMs: 100 } }],
    },
    wanted: { expected: 2000, delivered: 2000, accepted: BROADCAST },
    timed: ["delivery"],
  },
];

describe("the embedded engine", () => {
  let server: ServerProcess;
  let measured: LoadMeasurements[];
  beforeAll(async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    server = await startServer(target, "http://127.0.0.1:9/nobody");
    // All at once, each on channels of its own.
    measured = await Promise.all(
      SCENARIOS.map(({ change }) => run(planFor(addressOf(server), change))),
    );
  });
  afterAll(() => server.stop());

  for (const [number, { title, wanted, timed }] of SCENARIOS.entries()) {
    it(`loses nothing ${title}`, () => {
      const own = measured[number];
      assert(own?.complete);
      const total = totalOf(own);
      const expected = wanted ??
        { expected: total.expected, delivered: total.expected, accepted: BROADCAST };
      assertEquals(
        { total, troubles: own.troubles },
        { total: counted(expected), troubles: [] },
      );
      assert(total.delivered > 0, "nothing was delivered");
      const latencies = Object.keys(own.phases.at(-1)?.latencies ?? {});
      assertEquals(timed.filter((latency) => !latencies.includes(latency)), []);
    });
  }

  it("writes what the schema of measurements says", () => {
    for (const own of measured) assertEquals(measurementsSchema.parse(own), own);
  });
});
