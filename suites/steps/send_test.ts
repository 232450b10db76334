import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Outcome } from "../engine/verb.ts";
import { judged } from "../cli/testing/history.ts";

describe("isHeard", () => {
  const isHeard = (ended: Partial<Outcome>) =>
    judged({ verb: "isHeard", who: "ana", params: { isHeard: null }, ended }).holds;

  it("holds when a later subscription is answered, or the connection closed", () => {
    assertEquals(isHeard({ facts: { fence: "came" } }), true);
    assertEquals(isHeard({ facts: { fence: "closed" } }), true);
  });

  it("fails when the connection is open and nothing is answered", () => {
    assertEquals(isHeard({ outcome: "deadline", detail: "nothing was answered" }), false);
  });
});
