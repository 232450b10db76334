import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { NOTHING, valuesOf, type View, withEvent, withState } from "./view.ts";

const at = (version: number, price: number): View => ({ version, values: { price } });

describe("what a page knows", () => {
  it("goes on with the next event, and discards what it knows already", () => {
    assertEquals(withEvent(at(2, 100), 3, { price: 110 }), {
      view: at(3, 110),
      happened: "applied",
    });
    assertEquals(withEvent(at(3, 110), 3, { price: 110 }).happened, "discarded");
    assertEquals(withEvent(at(3, 110), 2, { price: 100 }).view, at(3, 110));
  });

  it("notices a gap, also before it knows anything", () => {
    assertEquals(withEvent(at(2, 100), 4, { price: 120 }).happened, "gap");
    assertEquals(withEvent(NOTHING, 5, { price: 130 }).happened, "gap");
  });

  it("is not overwritten by a state that is older", () => {
    assertEquals(withState(at(4, 120), 3, { price: 110 }).view, at(4, 120));
    assertEquals(withState(at(4, 120), 5, { price: 130 }).view, at(5, 130));
  });

  it("ends the same in whatever order and however often things arrive, once the state has come", () => {
    const events = Array.from({ length: 6 }, (_, n) => ({ version: n + 1, price: 100 + n }));
    fc.assert(fc.property(
      fc.array(fc.constantFrom(...events), { maxLength: 20 }),
      fc.nat({ max: 20 }),
      (arrivals, fetchedAt) => {
        let view = NOTHING;
        for (const [place, { version, price }] of arrivals.entries()) {
          if (place === fetchedAt) view = withState(view, 6, { price: 105 }).view;
          const before = view.version;
          view = withEvent(view, version, { price }).view;
          if (view.version < before) throw new Error("it went back");
        }
        assertEquals(withState(view, 6, { price: 105 }).view, at(6, 105));
      },
    ));
  });

  it("reads the price of a lot from a bid's amount", () => {
    assertEquals(valuesOf("BidPlaced", { amount: 110, bidCount: 2 }), { bidCount: 2, price: 110 });
    assertEquals(valuesOf("AuctionClosed", { status: "sold", price: 110 }), {
      status: "sold",
      price: 110,
    });
  });
});
