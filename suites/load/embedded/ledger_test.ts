import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Ledger, makeUp, type Outcome } from "./ledger.ts";
import type { Counts } from "../../record/load/measurements.ts";
import { Tally } from "./tally.ts";
import { counted } from "./testing/plan.ts";

const event = { stream: 0, channel: 0, phase: 0, intended: 1000, whisper: false };

/** What is counted of one event to ten members, of which so many got it. */
function settled(outcome: Outcome, deliveries: number): Counts {
  const ledger = new Ledger(1), tally = new Tally();
  for (let member = 0; member < 10; member++) ledger.join(0);
  const sent = ledger.issue(event);
  for (let i = 0; i < deliveries; i++) {
    ledger.deliver({ ...sent, machine: 0 }, 2000 + i);
    tally.counts.delivered++;
  }
  if (outcome !== "waiting") ledger.answer(sent, outcome);
  ledger.settle(Infinity, () => tally);
  return tally.counts;
}

describe("what came of an event makes up for no other", () => {
  const cases: readonly [string, Outcome, number, Partial<Counts>][] = [
    ["accepted, and all came", "accepted", 10, { expected: 10, delivered: 10, accepted: 1 }],
    ["accepted, and one is missed", "accepted", 9, { expected: 10, delivered: 9, accepted: 1 }],
    ["accepted, and none came", "accepted", 0, { expected: 10, accepted: 1 }],
    ["refused", "refused", 0, { refused: 1 }],
    ["refused, and came", "refused", 10, { refused: 1, unexpected: 10 }],
    ["unanswered", "unknown", 0, { unanswered: 1 }],
    ["unanswered, and some came", "unknown", 7, { expected: 7, delivered: 7, unanswered: 1 }],
    ["still waiting", "waiting", 7, { expected: 7, delivered: 7, unanswered: 1 }],
  ];
  for (const [title, outcome, came, want] of cases) {
    it(title, () => assertEquals(settled(outcome, came), counted(want)));
  }
});

describe("what comes of an event after its time makes up for no other", () => {
  const cases: readonly [Outcome, Partial<Counts>][] = [
    ["accepted", { expected: 10, delivered: 6, accepted: 1 }],
    ["refused", { refused: 1, unexpected: 6 }],
    ["unknown", { expected: 6, delivered: 6, unanswered: 1 }],
    ["waiting", { expected: 6, delivered: 6, unanswered: 1 }],
  ];
  for (const [outcome, want] of cases) {
    it(`${outcome}: four in its time, two after it`, () => {
      const ledger = new Ledger(1), tally = new Tally();
      for (let member = 0; member < 10; member++) ledger.join(0);
      const sent = ledger.issue(event);
      if (outcome !== "waiting") ledger.answer(sent, outcome);
      for (let i = 0; i < 6; i++) {
        if (i === 4) ledger.settle(Infinity, () => tally);
        const stamp = { ...sent, machine: 0 };
        tally.counts.delivered++;
        if (!ledger.deliver(stamp, 2000)) makeUp(tally.counts, ledger.said(stamp), 1);
      }
      assertEquals(tally.counts, counted(want));
    });
  }
});

describe("the ledger", () => {
  it("owes an event to those who had joined when it was sent, until they leave", () => {
    const ledger = new Ledger(1), tally = new Tally();
    const early = ledger.join(0);
    const sent = ledger.issue(event);
    const late = ledger.join(0);
    assert(sent.ticket > early && sent.ticket <= late);
    ledger.leave(0, early, () => false);
    ledger.answer(sent, "accepted");
    assertEquals(ledger.outstanding, false);
    ledger.settle(Infinity, () => tally);
    assertEquals(tally.counts, counted({ accepted: 1 }));
  });

  it("owes none of a client event to its sender", () => {
    const ledger = new Ledger(1);
    for (let member = 0; member < 3; member++) ledger.join(0);
    assertEquals(ledger.issue({ ...event, whisper: true }).expected, 2);
  });

  it("says which events may overtake an earlier one: those sent before its answer", () => {
    const ledger = new Ledger(1);
    const first = ledger.issue(event), second = ledger.issue(event);
    ledger.answer(first, "accepted");
    ledger.answer(second, "accepted");
    const third = ledger.issue(event);
    assertEquals([first, second, third].map((e) => e.overlapping), [false, true, false]);
  });

  it("tells a delivery of a settled event from one in time", () => {
    const ledger = new Ledger(1), tally = new Tally();
    const stamp = { ...ledger.issue(event), machine: 0 };
    assert(ledger.deliver(stamp, 2000));
    ledger.settle(1001, () => tally);
    assert(!ledger.deliver(stamp, 3000));
  });
});
