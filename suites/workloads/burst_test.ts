import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged, received } from "../cli/testing/history.ts";

const event = received("ana#1", "Burst-1", "orders-x", {});

function bursts(burst: readonly string[], during: readonly Happening[]) {
  return judged({
    verb: "bursts",
    who: "ana",
    params: { bursts: burst, on: "orders" },
    during,
    ended: { facts: { channel: "orders-x", event: "Burst-1" } },
  }).holds;
}

describe("bursts", () => {
  it("wants the event once when the last word was subscribe", () => {
    const burst = ["subscribe", "unsubscribe", "subscribe"];
    assertEquals(bursts(burst, [event]), true);
    assertEquals(bursts(burst, []), false);
    assertEquals(bursts(burst, [event, event]), false);
  });

  it("wants no event when the last word was unsubscribe", () => {
    const burst = ["subscribe", "unsubscribe"];
    assertEquals(bursts(burst, []), true);
    assertEquals(bursts(burst, [event]), false);
  });

  it("looks at its own event, channel and client alone", () => {
    const others = [
      received("ana#1", "Burst-0", "orders-x", {}),
      received("ana#1", "Burst-1", "invoices-x", {}),
      received("bob#1", "Burst-1", "orders-x", {}),
    ];
    assertEquals(bursts(["subscribe", "unsubscribe"], others), true);
  });
});
