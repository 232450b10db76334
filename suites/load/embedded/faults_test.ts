import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { decodeHistogram, quantileOf } from "../../record/load/histogram.ts";
import type { Counts, LoadMeasurements } from "../../record/load/measurements.ts";
import { embedded } from "./embedded_engine.ts";
import { counted, planFor, SECRET, totalOf } from "./testing/plan.ts";
import { type Behaviour, type Fault, serve } from "./testing/target.ts";

// What the reference server does not do wrong, a target of the tests does: every fault is counted
// as what it is, to the last one.

const SUBSCRIBERS = 50, EVENTS = 15;
const ALL = SUBSCRIBERS * EVENTS;

/** 15 events to 50 clients of a target that behaves so. */
async function against(
  behaviour: Behaviour,
  // Slow enough that each event is answered before the next is sent.
  perSecond = 5,
  seconds = 3,
): Promise<LoadMeasurements> {
  const target = await serve(behaviour);
  try {
    const plan = planFor({ websocket: target.websocket, api: target.api }, {
      clients: [{ name: "all", count: SUBSCRIBERS, perSecond: 1000, channels: [[0]] }],
      publishers: [{ event: "Said", perSecond, channels: [0], bytes: 200 }],
      phases: [{ name: "all", seconds, rate: 1, measured: true }],
      settleMs: 1500,
    });
    return await embedded(plan, { secret: SECRET, signal: new AbortController().signal, out: "" });
  } finally {
    target.close();
  }
}

/** One delivery in 23 suffers a fault; comes back with how many of them are to be counted. */
async function sometimes(fault: Fault): Promise<{ total: Counts; times: number }> {
  const times: number[] = new Array(EVENTS).fill(0);
  const measured = await against({
    fault: (event, subscriber, data) => {
      // On a machine so busy that an event was sent before the last one's answer had come, which
      // its stamp says, those two may overtake each other.
      if (fault === "hold" && data.includes("~")) times[event - 1] = 0;
      // The last event has none behind it that could overtake it.
      if (event === EVENTS - 1 || (event * SUBSCRIBERS + subscriber) % 23 !== 0) return undefined;
      times[event] = (times[event] ?? 0) + 1;
      return fault;
    },
  });
  return { total: totalOf(measured), times: times.reduce((sum, count) => sum + count) };
}

async function stalling(): Promise<LoadMeasurements> {
  const over = Promise.withResolvers<void>();
  return await against({
    answer: async (event) => {
      if (event === 50) setTimeout(over.resolve, 1000); // the stall that is measured
      if (event >= 50) await over.promise;
      return 200;
    },
  }, 100);
}

/** Under too much load an answer comes after the event's time, and its deliveries with it. */
async function overdue(): Promise<LoadMeasurements> {
  let events = 0;
  return await against(
    {
      hold: async () => {
        if (++events === 5) await delay(3000); // its time is 1.5 s, and ends within a second of that
      },
    },
    5,
    6,
  );
}

/** All at once: each mostly waits. */
const begin = () => ({
  lose: sometimes("lose"),
  repeat: sometimes("repeat"),
  hold: sometimes("hold"),
  refuse: against({ answer: (event) => event % 5 === 3 ? 503 : 200 }),
  stall: stalling(),
  overdue: overdue(),
});

describe("each fault of a server is counted as what it is", () => {
  let runs: ReturnType<typeof begin>;
  beforeAll(async () => {
    runs = begin();
    await Promise.allSettled(Object.values(runs));
  });

  it("a lost delivery is missed", async () => {
    const { total, times } = await runs.lose;
    assert(times > 10);
    assertEquals(
      total,
      counted({ expected: ALL, delivered: ALL - times, lost: times, accepted: EVENTS }),
    );
  });

  it("a repeated one is a duplicate", async () => {
    const { total, times: duplicated } = await runs.repeat;
    assertEquals(total, counted({ expected: ALL, delivered: ALL, duplicated, accepted: EVENTS }));
  });

  it("one that was overtaken is reordered", async () => {
    const { total, times: reordered } = await runs.hold;
    assertEquals(total, counted({ expected: ALL, delivered: ALL, reordered, accepted: EVENTS }));
  });

  it("what the server refuses is owed to nobody", async () => {
    const measured = await runs.refuse;
    const came = 12 * SUBSCRIBERS;
    assertEquals(
      totalOf(measured),
      counted({ expected: came, delivered: came, accepted: 12, refused: 3 }),
    );
    assertEquals(measured.troubles.map(({ what, detail, count }) => ({ what, detail, count })), [
      { what: "publish", detail: 'HTTP 503 "{}"', count: 3 },
    ]);
  });

  it("what comes after its event's time makes up for none of another", async () => {
    const total = { ...totalOf(await runs.overdue), reordered: 0 }; // behind others, as it must
    const came = 30 * SUBSCRIBERS;
    assertEquals(
      total,
      counted({ expected: came, delivered: came - SUBSCRIBERS, late: SUBSCRIBERS, accepted: 30 }),
    );
  });

  it("a stall is felt by every event that should have been sent in it", async () => {
    const measured = await runs.stall;
    assertEquals(totalOf(measured).delivered, 300 * SUBSCRIBERS);
    // 50 of 300 events wait for more than half a second; a loop that waits for its answer sees one.
    const delivery = decodeHistogram(measured.phases.at(-1)?.latencies.delivery ?? "");
    assert(quantileOf(delivery, 0.9) > 500_000, `p90 ${quantileOf(delivery, 0.9)} µs`);
    assert(quantileOf(delivery, 0.6) < 500_000, `p60 ${quantileOf(delivery, 0.6)} µs`);
  });
});
