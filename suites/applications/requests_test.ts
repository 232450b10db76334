/** Amounts that have to rise and idempotency keys, of a ticket desk and of the reference application. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { heldAgainst, heldBroken } from "./testing/held_against.ts";

describe("a price that only rises, raised by requests with a key", () => {
  for (
    const [fault, what, scenarios, wanted] of [
      ["any-price", "a price that falls", ["raise-rises"], ["APP-419"]],
      ["race", "prices that overtake each other", ["price-only-rises-by-raise"], ["APP-419"]],
      ["keyless", "a key that is not known again", ["raise-with-one-key"], [
        "APP-011",
        "APP-420",
      ]],
      ["unbound", "a key that answers another request", ["raise-with-one-key"], ["APP-420"]],
    ] as const
  ) {
    it(`is told of ${what}`, async () => {
      const ids = scenarios.map((one) => `application/slot/${one}`);
      const { code, err, failed } = await heldAgainst("ticket-desk", ids, { TICKETS_FAULT: fault });
      assertEquals([code, failed], [1, [...wanted]], err);
    });
  }
});

describe("orders and lots of the reference application, as its file declares them", () => {
  it("are found right", async () => {
    const ids = ["application/order", "application/lot"];
    const { code, err, others } = await heldAgainst("reference-declared", ids, {});
    assertEquals([code, others], [0, []], err);
  });

  for (
    const [fault, what, scenarios, wanted] of [
      ["below-minimum-accepted", "bids below the minimum", ["lot/bid-rises"], ["APP-419"]],
      ["key-forgotten", "keys that are forgotten", [
        "lot/bid-with-one-key",
        "order/accept-with-one-key",
      ], ["APP-011"]],
      ["no-lock", "bids that overtake each other", ["lot/price-only-rises-by-bid"], ["APP-419"]],
      ["every-tap-counted", "taps that each count", ["lot/bid-tapped"], ["APP-105"]],
    ] as const
  ) {
    it(`are told of ${what}`, async () => {
      const { code, err, failed } = await heldBroken("reference-declared", fault, scenarios);
      assertEquals([code, failed], [1, [...wanted]], err);
    });
  }
});
