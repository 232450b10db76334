import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

function finding(
  counts: readonly (readonly [count: number, seconds: number])[],
  outcome: "done" | "deadline" = "done",
) {
  return judged({
    verb: "receives",
    who: "ana",
    params: {
      receives: "pusher_internal:subscription_count",
      on: "orders",
      data: { subscription_count: { $atLeast: 101 } },
      times: 2,
      within: "9s",
      apart: "4s",
    },
    before: counts.map(([subscription_count, seconds]): Happening => ({
      ...received("ana#1", "pusher_internal:subscription_count", "orders-x", {
        subscription_count,
      }),
      ...{ t: seconds * 1000 },
    })),
    ended: { outcome, facts: { socket: "ana#1", channel: "orders-x" } },
  }).holds;
}

describe("receives again and again", () => {
  it("holds large counts that are told every few seconds, and small ones at any time", () => {
    assertEquals(finding([[99, 0], [100, 0.1], [103, 5], [104, 10]]), true);
  });

  it("fails where a large count follows another soon", () => {
    assertEquals(finding([[103, 5], [104, 5.2]]), false);
  });

  it("fails where the next did not come", () => {
    assertEquals(finding([[103, 5]], "deadline"), false);
  });
});
