import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../../cli/testing/history.ts";

/** What is found where bob waited so long, and this process stood still for so long. */
const waited = (facts: Record<string, unknown>) =>
  judged({
    verb: "flood",
    params: {
      of: "pings",
      times: { quick: 100, full: 100 },
      beside: "bob",
      within: "1s",
    },
    ended: { facts },
  }).holds;

describe("a flood", () => {
  it("makes nobody wait for more than its bound", () => {
    assertEquals(waited({ tookMs: 3000, stoodStillMs: 0, longestMs: 900 }), true);
    assertEquals(waited({ tookMs: 3000, stoodStillMs: 0, longestMs: 1100 }), false);
  });

  it("fails where no answer came at all", () => {
    assertEquals(waited({ tookMs: 5000, stoodStillMs: 0 }), false);
  });

  it("says nothing where this process stood still, or nothing was sent", () => {
    assertEquals(waited({ tookMs: 3000, stoodStillMs: 300, longestMs: 1500 }), "blocked");
    assertEquals(waited({ tookMs: 3000, stoodStillMs: 300, longestMs: 1700 }), false);
    assertEquals(waited({}), "blocked");
  });
});
