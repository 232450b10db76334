import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "../../record/evidence.ts";
import type { View } from "../../engine/verb.ts";
import { judgeConsistent, judgeNeverWentBack, judgeTimes } from "./judge.ts";

/** What a page of ana's noted, one after another, a millisecond apart. */
function noted(...notes: readonly (readonly [event: string, data?: unknown])[]): Evidence[] {
  return notes.map(([event, data], seq) => ({
    seq,
    t: seq,
    case: "c",
    kind: "page",
    who: "ana",
    what: "event",
    event,
    data,
  }));
}

function view(events: readonly Evidence[], facts: Record<string, unknown> = {}): View {
  const ended = {
    seq: 99,
    t: 99,
    case: "c",
    kind: "step-end",
    step: 0,
    turn: 0,
    took: [],
  } as const;
  return {
    who: "ana",
    events,
    begin: 0,
    end: events.length,
    ended: { ...ended, outcome: "done", facts },
    taken: new Set(),
    clockOffsetMs: 0,
  };
}

const at = (version: number, price: number) => ({ version, values: { price } });
const arrival = (version: number, known: number, id: string, happened = "applied") =>
  ["event arrived", { version, known, id, happened }] as const;

describe("a page is consistent", () => {
  const judge = (state: unknown, known: unknown) =>
    judgeConsistent(view(noted(["state fetched"]), { state, view: known }));

  it("when it knows the version and the values that the application tells", () => {
    assertEquals(judge(at(3, 100), at(3, 100)).holds, true);
    assertEquals(judge(at(3, 100), at(2, 100)).holds, false);
    assertEquals(
      judge(at(3, 100), at(3, 90)).message.split(";")[0],
      "ana takes price for 90, and it is 100",
    );
  });
});

describe("a page never went back", () => {
  it("when what it knew only rose and no event was applied twice", () => {
    const events = noted(arrival(1, 1, "a"), arrival(1, 1, "a", "discarded"), arrival(2, 2, "b"));
    assertEquals(judgeNeverWentBack(view(events)).holds, true);
    assertEquals(
      judgeNeverWentBack(view(noted(arrival(2, 2, "b"), arrival(1, 1, "a")))).holds,
      false,
    );
    assertEquals(
      judgeNeverWentBack(view(noted(arrival(1, 1, "a"), arrival(2, 2, "a")))).holds,
      false,
    );
    assertEquals(judgeNeverWentBack(view([])).holds, "blocked");
  });
});

describe("all came back", () => {
  it("when none who was cut is missing, and the times are told", () => {
    const times = [{ subscribed: 10, consistent: 12 }, { subscribed: 20, consistent: 30 }];
    const all = judgeTimes(view([], { times, cut: 2 }));
    assertEquals(all.holds, true);
    assertEquals(
      all.message,
      "2 of 2 came back; p50 / p95 / p99 until subscribed 15 / 20 / 20 ms, until right 21 / 29 / 30 ms",
    );
    assertEquals(judgeTimes(view([], { times: [...times, null], cut: 3 })).holds, false);
  });
});
