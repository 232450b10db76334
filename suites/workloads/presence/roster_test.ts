import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "../../record/evidence.ts";
import { received } from "../../cli/testing/history.ts";
import { lacking, membersOf, rosterFault, rosterOf } from "./roster.ts";

/** The roster of a subscription_succeeded with this presence. */
const roster = (presence: unknown) => {
  const event = received("ana#1", "pusher_internal:subscription_succeeded", "presence-room", {
    presence,
  });
  return rosterOf({ seq: 0, t: 0, case: "test/by/hand", ...event } as Evidence); // stamped
};

const fault = (ids: readonly string[], named: readonly string[], count: number) =>
  rosterFault({ ids, hash: Object.fromEntries(named.map((id) => [id, null])), count }) ?? "";

describe("a roster that adds up", () => {
  it("names everybody once, in ids and in hash, and counts them", () => {
    assertEquals(fault(["ana", "ben"], ["ana", "ben"], 2), "");
    assertEquals(fault([], [], 0), "");
  });

  it("names nobody twice", () => {
    assertStringIncludes(fault(["ana", "ana"], ["ana"], 2), "twice");
  });

  it("counts members", () => {
    assertStringIncludes(fault(["ana"], ["ana"], 2), "count is 2");
  });

  it("has the same members in ids and in hash", () => {
    assertStringIncludes(fault(["ana"], [], 1), "hash lacks ana");
    assertStringIncludes(fault(["ana"], ["ana", "ben"], 1), "hash has ben");
  });
});

describe("a roster that is not whole", () => {
  const HASH = { ana: null, ben: null };

  it("tells who is there by ids, or by hash where there are none", () => {
    assertEquals(membersOf(roster({ ids: ["ana"], count: 1 })), ["ana"]);
    assertEquals(membersOf(roster({ hash: HASH, count: 2 })), ["ana", "ben"]);
    assertEquals(membersOf(roster({ count: 2 })), undefined);
    assertEquals(membersOf(roster(undefined)), undefined);
  });

  it("has no fault by what it lacks, and is known to lack it", () => {
    assertEquals(rosterFault(roster({ hash: HASH, count: 2 })), undefined);
    assertEquals(lacking(roster({ hash: HASH, count: 2 })), "the roster has no ids");
    assertEquals(lacking(roster(undefined)), "the roster has no ids, hash, count");
  });

  it("counts by text as well: that it has to be a number is another requirement's matter", () => {
    assertEquals(rosterFault(roster({ ids: ["ana", "ben"], hash: HASH, count: "2" })), undefined);
    assertStringIncludes(
      rosterFault(roster({ ids: ["ana", "ben"], hash: HASH, count: "3" })) ?? "",
      "count is 3",
    );
  });
});
