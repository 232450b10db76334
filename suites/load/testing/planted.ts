/**
 * Planted truth: a list of what a target does to each event and each of its deliveries, drawn by a
 * seed. A load that is held against it has to report the counts that the target kept.
 */
import * as fc from "fast-check";
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import type { LoadPlan } from "../../record/load/plan.ts";
import { totalOf } from "../embedded/testing/plan.ts";
import type { Answer, Fate, Script, ScriptedTarget, Truth } from "./scripted_target.ts";

/** When an event of the planted runs is late. */
export const SETTLE_MS = 1500;

/** Far from the settling time on either side, so that a busy machine moves nothing across it. */
const SOON_MS = 150, LATE_MS = SETTLE_MS + 1000;

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ afterMs: fc.integer({ min: 1, max: SOON_MS }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ afterMs: fc.integer({ min: LATE_MS, max: LATE_MS + 300 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ times: 0 }) },
  { weight: 1, arbitrary: fc.record({ times: fc.integer({ min: 2, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ afterMs: LATE_MS, times: 2 }) },
);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ afterMs: fc.integer({ min: 1, max: SOON_MS }) }) },
  { weight: 1, arbitrary: fc.constant({ afterMs: LATE_MS }) },
  { weight: 1, arbitrary: fc.constant({ status: "none" as const }) },
  { weight: 1, arbitrary: fc.constant({ status: "none" as const, afterMs: SOON_MS }) },
  { weight: 1, arbitrary: fc.constant({ status: 413 }) },
);
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 40, maxLength: 60 });
const lists = fc.record({
  answers: list(answer),
  fates: list(fate),
  whispers: list(fate),
  /** All of it is late: the first as well. */
  allLate: fc.boolean(),
});

/** The script of a seed: the same each time. */
export function planted(seed: number): Script {
  const [drawn] = fc.sample(lists, { seed, numRuns: 1 });
  if (!drawn) throw new Error("nothing was drawn");
  const { answers, fates, whispers, allLate } = drawn;
  const at = <T>(list: readonly T[], n: number) => list[n % list.length];
  // Neighbours in a list are not always neighbours on the wire.
  const of = (list: readonly Fate[], event: number, subscriber: number): Fate =>
    at(list, event * 7 + subscriber * 3) ?? {};
  const late = (one: Fate): Fate => allLate ? { ...one, afterMs: LATE_MS } : one;
  return {
    answer: (event) => at(answers, event) ?? {},
    fate: (event, subscriber) => late(of(fates, event, subscriber)),
    whisper: (event, subscriber) => late(of(whispers, event, subscriber)),
  };
}

/** Three channels, two publishers, whispers: 60 requests, some 500 deliveries in two seconds. */
export function plantedPlan(
  { websocket, api }: Pick<ScriptedTarget, "websocket" | "api">,
): LoadPlan {
  return {
    version: 1,
    target: { websocket, api, appId: "app-id", key: "app-key" },
    channels: ["private-hall", "private-annex", "private-room"],
    clients: [
      { name: "crowd", count: 9, perSecond: 500, channels: [[0], [0, 1], [1, 2]] },
      {
        name: "talkers",
        count: 4,
        perSecond: 500,
        channels: [[2]],
        whispers: { perSecond: 3, bytes: 80 },
      },
    ],
    publishers: [
      { event: "Said", perSecond: 20, channels: [0, 1], bytes: 100 },
      { event: "Done", perSecond: 10, channels: [1], bytes: 100 },
    ],
    phases: [
      { name: "warm-up", seconds: 0.5, rate: 1, measured: false },
      { name: "all", seconds: 1.5, rate: 1, measured: true },
    ],
    settleMs: SETTLE_MS,
  };
}

/** What was counted of that which a target plants, in its order: of all phases, without latencies. */
export function countedOf(measurements: LoadMeasurements): Truth {
  const { expected, delivered, lost, late, duplicated, ...more } = totalOf(measurements);
  const { accepted, refused, unanswered } = more;
  return { expected, delivered, lost, late, duplicated, accepted, refused, unanswered };
}
