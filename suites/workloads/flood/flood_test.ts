import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../../cli/testing/history.ts";

/** What is found where bob waited so long, and this process stood still for so long. */
const waited = (ms: number, stoodStillMs = 0, isAnswered = true) =>
  found({ tookMs: 3000, stoodStillMs, isAnswered, longest: { ms, quotes: [4, 5] } });

const found = (facts?: Record<string, unknown>) =>
  judged({
    verb: "flood",
    params: {
      of: "pings",
      times: { quick: 100, full: 100 },
      beside: "bob",
      within: "1s",
    },
    ...(facts ? { ended: { facts } } : {}),
  });

describe("a flood", () => {
  it("makes nobody wait for more than its bound, and the ping and its pong are quoted", () => {
    assertEquals(waited(900).holds, true);
    assertEquals(waited(1100).holds, false);
    assertEquals(waited(1100).quotes, [4, 5]);
  });

  it("fails where no answer came at all", () => {
    assertEquals(waited(5000, 0, false).holds, false);
  });

  it("says nothing where this process stood still, or nothing was sent", () => {
    assertEquals(waited(1500, 300).holds, "blocked");
    assertEquals(waited(1700, 300).holds, false);
    assertEquals(found().holds, "blocked");
  });
});
