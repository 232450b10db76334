import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const CHANNEL = "presence-room-k3f9";
const USER = "ben-k3f9";

const told = (change: string) =>
  received("ana#1", `pusher_internal:member_${change}`, CHANNEL, { user_id: USER });
const users = (...ids: readonly string[]): Happening => ({
  kind: "response",
  exchange: 1,
  status: 200,
  headers: {},
  body: JSON.stringify({ users: ids.map((id) => ({ id })) }),
});

const PARAMS = {
  on: "presence-room",
  door: "presence-door",
  user: "ben",
  last: "last",
  next: "next",
  watcher: "ana",
  rounds: { quick: 1, full: 1 },
};

/** One race: what the watcher is told until both tabs were dealt with, GET users, and the rest. */
function finding(before: readonly string[], answer: Happening, after: readonly string[]) {
  const round = { began: 0, settled: before.length, answer: before.length, how: "closes" };
  return judged({
    verb: "lastTabRacesNext",
    params: PARAMS,
    before: [...before.map(told), answer, ...after.map(told)],
    ended: { facts: { channel: CHANNEL, user: USER, watcher: "ana#1", rounds: [round] } },
  });
}

describe("lastTabRacesNext", () => {
  it("holds when the next tab won: nobody was told anything between", () => {
    assertEquals(finding(["added"], users(USER), ["removed"]).holds, true);
  });

  it("holds when the last tab won: the user went and came again", () => {
    assertEquals(finding(["added", "removed", "added"], users(USER), ["removed"]).holds, true);
  });

  it("fails when the user was said to go while his next tab was there", () => {
    const wrong = finding(["added", "removed"], users(USER), ["removed"]);
    assertEquals(wrong.holds, false);
    assertStringIncludes(wrong.message, "added removed");
  });

  it("fails when going was told after coming again", () => {
    assertEquals(finding(["added", "added", "removed"], users(USER), []).holds, false);
  });

  it("fails when GET users lacks the user", () => {
    assertEquals(finding(["added"], users("ana-k3f9"), ["removed"]).holds, false);
  });

  it("charges what came of a race that could not be finished to no other", () => {
    const round = { began: 0, settled: 1, answer: 1, how: "closes" };
    const { holds, unmet, message } = judged({
      verb: "lastTabRacesNext",
      params: PARAMS,
      before: [told("added"), users(USER), told("removed"), told("added"), told("removed")],
      ended: {
        facts: {
          channel: CHANNEL,
          user: USER,
          watcher: "ana#1",
          rounds: [round],
          torn: { why: "ana was not told that guest-2 left", premise: "P-123", began: 3 },
        },
      },
    });
    assertEquals([holds, unmet], [false, true]);
    assertStringIncludes(message, "race 2: ana was not told");
  });

  it("fails when the user never goes, or goes twice, once both tabs have gone", () => {
    assertEquals(finding(["added"], users(USER), []).holds, false);
    assertEquals(finding(["added"], users(USER), ["removed", "removed"]).holds, false);
  });
});
