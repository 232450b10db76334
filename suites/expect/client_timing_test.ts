import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, type Turn } from "../cli/testing/history.ts";

const closed: Happening = {
  kind: "closed",
  socket: "ana#1",
  by: "target",
  code: 4001,
  reason: "",
};

const dial = (scheme = "ws"): Happening => ({
  kind: "dial",
  socket: "ana#2",
  url: `${scheme}://localhost/app/key`,
});

/** Time passes by one millisecond a note. */
const passing = (ms: number): Happening[] =>
  Array.from({ length: ms }, () => ({ kind: "note", text: "" }));

const holds = (turn: Omit<Turn, "who">) => judged({ who: "ana", ...turn }).holds;

describe("dialsAgain", () => {
  const again = (gap: number, bounds: object) =>
    holds({
      verb: "dialsAgain",
      params: { dialsAgain: null, ...bounds },
      before: [closed, ...passing(gap - 1), dial()],
      ended: { took: [0, gap] },
    });

  it("keeps the lower bound strictly", () => {
    assertEquals(again(9, { notBefore: "10ms" }), false);
    assertEquals(again(10, { notBefore: "10ms" }), true);
  });

  it("keeps the upper bound", () => {
    assertEquals(again(9, { within: "10ms" }), true);
    assertEquals(again(10, { within: "10ms" }), false);
  });

  it("fails when no connection was attempted", () => {
    assertEquals(
      holds({
        verb: "dialsAgain",
        params: { dialsAgain: null },
        ended: { outcome: "deadline", detail: "it did not connect again" },
      }),
      false,
    );
  });
});

describe("pingsWhenIdle", () => {
  it("fails when the ping comes too early, or never", () => {
    const pings = (gap: number) =>
      holds({
        verb: "pingsWhenIdle",
        params: { pingsWhenIdle: null, notBefore: "10ms" },
        before: passing(gap + 1),
        ended: { took: [0, gap] },
      });
    assertEquals(pings(10), true);
    assertEquals(pings(9), false);
    const never = { verb: "pingsWhenIdle", params: { pingsWhenIdle: null } };
    assertEquals(holds({ ...never, ended: { outcome: "deadline" } }), false);
  });
});

describe("staysAway", () => {
  const away = (after: readonly Happening[]) =>
    holds({
      verb: "staysAway",
      params: { staysAway: "3s" },
      before: [closed],
      after,
      ended: { took: [0] },
    });

  it("fails when the client comes back, even after the step", () => {
    assertEquals(away([]), true);
    assertEquals(away([dial()]), false);
  });
});

describe("pingsWhenIdle and awaits the pong", () => {
  it("fails when the connection ended before the pong", () => {
    const turn = {
      verb: "pingsWhenIdle",
      params: { pingsWhenIdle: null, awaits: "pong" },
      before: passing(2),
    };
    assertEquals(holds({ ...turn, ended: { took: [0, 1] } }), true);
    assertEquals(holds({ ...turn, ended: { took: [0] } }), false);
  });
});
