import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { closeLot, type Lot, minimumBid, placeBid, startLot } from "./auction_lot.ts";
import type { Decision } from "./decision.ts";
import { moveOrder, type Order, ORDER_STEPS } from "./order.ts";
import { lotAfter, openLot, type Sale } from "./sale.ts";

const pending: Lot = {
  id: "lot",
  saleId: "sale",
  title: "A chair",
  startingPrice: 100,
  increment: 10,
  reserve: 150,
  status: "pending",
  price: 0,
  bidCount: 0,
  leader: null,
  quietSince: 0,
  version: 0,
};

function after<S, E>(decision: Decision<S, E>): S {
  assert(decision.ok, "it should have been agreed to");
  return decision.state;
}

const codeOf = <S, E>(decision: Decision<S, E>) => decision.ok ? "agreed" : decision.refusal.code;
const live = after(startLot(pending, 0));
const bid = (lot: Lot, bidder: string, amount: number) => placeBid(lot, { bidder, amount }, 0);

describe("an auction lot", () => {
  it("takes the starting price first, and an increment more each time", () => {
    assertEquals(minimumBid(live), 100);
    assertEquals(codeOf(bid(live, "ana", 99)), "below_minimum");
    const first = after(bid(live, "ana", 100));
    assertEquals(minimumBid(first), 110);
    assertEquals(codeOf(bid(first, "ben", 109)), "below_minimum");
    const second = after(bid(first, "ben", 110));
    assertEquals([second.price, second.bidCount, second.leader], [110, 2, "ben"]);
  });

  it("is sold when the reserve is met, and else it is nobody's", () => {
    const low = after(closeLot(after(bid(live, "ana", 149)), 0, 0));
    assertEquals([low.status, low.leader], ["unsold", null]);
    const high = after(closeLot(after(bid(live, "ana", 150)), 0, 0));
    assertEquals([high.status, high.leader], ["sold", "ana"]);
    assertEquals(after(closeLot(live, 0, 0)).status, "unsold");
  });

  it("is closed no earlier than it was quiet for long enough", () => {
    const bidAt1000 = after(placeBid(live, { bidder: "ana", amount: 100 }, 1000));
    assertEquals(codeOf(closeLot(bidAt1000, 500, 1499)), "too_early");
    assertEquals(codeOf(closeLot(bidAt1000, 500, 1500)), "agreed");
    // Bid on by a process whose clock is ahead.
    assertEquals(codeOf(closeLot(bidAt1000, 0, 990)), "agreed");
  });

  it("does each thing once, and its version rises by one", () => {
    assertEquals(codeOf(startLot(live, 0)), "not_pending");
    assertEquals(codeOf(bid(pending, "ana", 100)), "not_live");
    const closed = after(closeLot(after(bid(live, "ana", 100)), 0, 0));
    assertEquals(codeOf(closeLot(closed, 0, 0)), "not_live");
    assertEquals(codeOf(bid(closed, "ana", 1000)), "not_live");
    assertEquals([pending.version, live.version, closed.version], [0, 1, 3]);
  });
});

describe("a sale", () => {
  const sale: Sale = {
    id: "sale",
    lotIds: ["a", "b", "c"],
    status: "pending",
    currentLot: null,
    closeAfterMs: 0,
    version: 0,
  };

  it("has one live lot at a time", () => {
    const running = after(openLot(sale, "a"));
    assertEquals([running.status, running.currentLot, running.version], ["running", "a", 1]);
    assertEquals(codeOf(openLot(running, "b")), "another_is_live");
  });

  it("goes on with the next lot that has not had its turn", () => {
    assertEquals(lotAfter(sale, "a", () => true), "b");
    assertEquals(lotAfter(sale, "a", (id) => id === "c"), "c");
    assertEquals(lotAfter(sale, "c", (id) => id === "a"), "a");
    assertEquals(lotAfter(sale, "c", () => false), undefined);
  });
});

describe("an order", () => {
  const order: Order = { id: "o", customerId: "c", notes: "", status: "pending", version: 0 };

  it("goes one step at a time, forwards, and once", () => {
    let now = order;
    for (const step of ORDER_STEPS.slice(1)) {
      for (const other of ORDER_STEPS.filter((one) => one !== step && one !== now.status)) {
        assertEquals(codeOf(moveOrder(now, other)), "illegal_transition");
      }
      now = after(moveOrder(now, step));
      assertEquals(codeOf(moveOrder(now, step)), "already");
    }
    assertEquals([now.status, now.version], ["delivered", 5]);
  });
});
