import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "./evidence.ts";
import { LONGEST_HEARD, LONGEST_OLD, openRecorder } from "./evidence_log.ts";

const answer = (exchange: number, length: number) => ({
  kind: "response" as const,
  exchange,
  status: 200,
  headers: {},
  body: "x".repeat(length),
});

const lengths = (events: readonly Evidence[]) =>
  events.map((event) => event.kind === "response" ? event.body.length : 0);

/** Of which some are held whole, and not many. */
const LONG = LONGEST_HEARD / 2;

describe("what judges are given to read", () => {
  it("is whole, as long as it is not too much", () => {
    const log = openRecorder(() => {}).log("test/by/hand");
    for (const n of [1, 2, 3]) log.add(answer(n, LONG));
    assertEquals(lengths(log.events), [LONG, LONG, LONG]);
  });

  it("is cut where it is oldest, in whatever log, once too much is held; and says so", () => {
    const recorder = openRecorder(() => {});
    const [first, second] = [recorder.log("test/one"), recorder.log("test/two")];
    first.add(answer(1, LONG));
    first.add(answer(2, 10));
    for (const n of [3, 4, 5, 6]) second.add(answer(n, LONG));
    assertEquals(lengths(first.events), [LONGEST_OLD, 10]);
    assertEquals(
      first.events.map((event) => event.kind === "response" && event.isCut),
      [true, undefined],
    );
    assertEquals(new Set(lengths(second.events)), new Set([LONG]));
  });

  it("goes to the record before it is cut", () => {
    const kept: Evidence[] = [];
    const log = openRecorder((event) => kept.push(event)).log("test/by/hand");
    for (const n of [1, 2, 3, 4, 5]) log.add(answer(n, LONG));
    assertEquals(new Set(lengths(kept)), new Set([LONG]));
  });
});

describe("what nobody reads for a while", () => {
  it("is folded, and comes back as it was, before what came since", () => {
    const log = openRecorder(() => {}).log("test/by/hand");
    const before = [log.add(answer(1, 2)), log.add({ kind: "note", text: "\ud800 -0" })];
    log.fold();
    const since = log.add(answer(2, 3));
    assertEquals(log.events, [since]);
    log.unfold();
    assertEquals(log.events, [...before, since]);
    log.unfold();
    assertEquals(log.events.length, 3);
  });

  it("is not folded where it is long: there it may still be cut", () => {
    const log = openRecorder(() => {}).log("test/by/hand");
    log.add(answer(1, LONGEST_OLD + 1));
    log.fold();
    assertEquals(lengths(log.events), [LONGEST_OLD + 1]);
  });
});

describe("what somebody waited for", () => {
  it("is late by what it came after its deadline", () => {
    const log = openRecorder(() => {}).log("test/by/hand");
    const { seq } = log.add(answer(1, 2), 1200.4);
    assertEquals([log.lateness(seq), log.lateness(log.add(answer(2, 2), -1200).seq)], [1200, 0]);
  });
});
