import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Ledger, type Outcome, type Publication } from "./ledger.ts";
import type { Counts } from "../../record/load/measurements.ts";
import { Tally } from "./tally.ts";
import { counted } from "./testing/plan.ts";

const event = { stream: 0, channel: 0, phase: 0, intended: 1000, whisper: false };

/** Nobody who sent anything. */
const stranger = { isOwn: () => false, fresh: 0 };

/** What is counted of one event to ten members: so many deliveries in time, and so many late. */
function settled(outcome: Outcome, delivered: number, late = 0): Counts {
  const ledger = new Ledger(1), tally = new Tally();
  for (let member = 0; member < 10; member++) ledger.join(0);
  const sent = ledger.issue(event);
  for (let i = 0; i < delivered + late; i++) {
    ledger.deliver({ ...sent, machine: 0 }, 2000 + i, i >= delivered);
    tally.counts[i >= delivered ? "late" : "delivered"]++;
  }
  if (outcome !== "waiting") ledger.answer(sent, outcome);
  ledger.settle(Infinity, () => tally);
  return tally.counts;
}

describe("what is owed is delivered, late or lost", () => {
  const cases: readonly [string, Outcome, [number, number?], Partial<Counts>][] = [
    ["accepted, and all came", "accepted", [10], { expected: 10, delivered: 10, accepted: 1 }],
    ["accepted, and one is missed", "accepted", [9], {
      ...{ expected: 10, delivered: 9, lost: 1, accepted: 1 },
    }],
    ["accepted, and all was late", "accepted", [0, 10], { expected: 10, late: 10, accepted: 1 }],
    ["accepted, and none came", "accepted", [0], { expected: 10, lost: 10, accepted: 1 }],
    ["refused", "refused", [0], { refused: 1 }],
    ["refused, and came", "refused", [8, 2], { refused: 1, unexpected: 10 }],
    ["unanswered", "unknown", [0], { expected: 10, lost: 10, unanswered: 1 }],
    ["unanswered, and some came", "unknown", [6, 1], {
      ...{ expected: 10, delivered: 6, late: 1, lost: 3, unanswered: 1 },
    }],
    ["still waiting", "waiting", [7], { expected: 10, delivered: 7, lost: 3, unanswered: 1 }],
  ];
  for (const [title, outcome, came, want] of cases) {
    it(title, () => assertEquals(settled(outcome, ...came), counted(want)));
  }
});

describe("the ledger", () => {
  it("owes an event to those who had joined when it was sent, until they leave", () => {
    const ledger = new Ledger(1), tally = new Tally();
    const early = ledger.join(0);
    const sent = ledger.issue(event);
    const late = ledger.join(0);
    assertEquals(ledger.owedFrom(0, early), 0);
    assertEquals(ledger.owedFrom(0, late), Infinity, "nothing was sent since");
    ledger.issue({ ...event, phase: 1 });
    assertEquals(ledger.owedFrom(0, late), 1);
    const leaving = { channel: 0, has: ({ sequence }: Publication) => sequence === 1, ...stranger };
    ledger.leave({ ...leaving, join: early });
    ledger.leave({ ...leaving, join: late });
    ledger.answer(sent, "accepted");
    const rest = new Tally();
    ledger.settle(Infinity, (phase) => phase === 0 ? tally : rest);
    assertEquals(tally.counts, counted({ accepted: 1 }));
  });

  it("owes none of a client event to its sender", () => {
    const ledger = new Ledger(1);
    for (let member = 0; member < 3; member++) ledger.join(0);
    assertEquals(ledger.issue({ ...event, whisper: true }).expected, 2);
  });

  describe("of a client event that its sender hung up behind", () => {
    const cases: readonly [string, number, number, Partial<Counts>][] = [
      ["owes nothing where nobody received it", event.intended, 0, {}],
      ["owes all where somebody did", event.intended, 1, {
        ...{ expected: 2, delivered: 1, lost: 1, accepted: 1 },
      }],
      ["owes all where the server had had its time", event.intended + 1, 0, {
        ...{ expected: 2, lost: 2, accepted: 1 },
      }],
    ];
    for (const [title, fresh, came, want] of cases) {
      it(title, () => {
        const ledger = new Ledger(1), tally = new Tally(), missing: number[] = [];
        const [sender = 0] = [0, 1, 2].map(() => ledger.join(0));
        const sent = ledger.issue({ ...event, whisper: true });
        ledger.leave({ channel: 0, join: sender, has: () => false, isOwn: () => true, fresh });
        for (let i = 0; i < came; i++) {
          ledger.deliver({ ...sent, machine: 0 }, 2000, false);
          tally.counts.delivered++;
        }
        assertEquals(ledger.outstanding, (want.lost ?? 0) > 0);
        ledger.settle(Infinity, () => tally, (_, deliveries) => missing.push(deliveries));
        assertEquals(tally.counts, counted(want));
        assertEquals(missing, want.lost ? [want.lost] : []);
        assertEquals(
          ledger.deliver({ ...sent, machine: 0 }, 3000, true),
          want.expected ? "settled" : "forgotten",
        );
      });
    }
  });

  it("says which events may overtake an earlier one: those sent before its answer", () => {
    const ledger = new Ledger(1);
    const first = ledger.issue(event), second = ledger.issue(event);
    ledger.answer(first, "accepted");
    ledger.answer(second, "accepted");
    const third = ledger.issue(event);
    assertEquals([first, second, third].map((e) => e.overlapping), [false, true, false]);
  });

  it("tells a delivery of a settled event from one that is open, and from one of no event", () => {
    const ledger = new Ledger(1), tally = new Tally();
    const stamps = [0, 1, 2].map(() => ({ ...ledger.issue(event), machine: 0 }));
    const say = (n: number, outcome: Outcome) => {
      const open = ledger.find(stamps[n]!); // there are three
      assert(open);
      ledger.answer(open, outcome);
    };
    say(0, "accepted");
    say(1, "refused");
    ledger.settle(1001, () => tally);
    const standings = stamps.map((stamp) => ledger.deliver(stamp, 3000, true));
    assertEquals(standings, ["settled", "refused", "open"], "the third waits for its answer");
    assertEquals(ledger.deliver({ ...stamps[0]!, sequence: 3 }, 3000, true), "unknown");
  });
});
