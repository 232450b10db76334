import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Claim, holdAgainst } from "./claims.ts";
import type { Answered, Asked, Operation } from "./history.ts";
import { lotModel } from "./lot_model.ts";
import type { Told } from "./model.ts";

const terms = { startingPrice: 100, increment: 10, reserve: 150 };
const live = { status: "live", price: 0, bidCount: 0, version: 1 };

function did(who: string, called: number, returned: number, asked: Asked, answered: Answered) {
  return { who, asked, answered, called, returned, quotes: [] };
}
const bid = (amount: number): Asked => ({ kind: "bid", amount });
const agreed: Answered = { kind: "agreed" };
const refused: Answered = { kind: "refused", reason: "no" };

const claim = (kind: Asked["kind"], told: Told & { readonly version: number }): Claim => ({
  name: kind,
  kind,
  version: told.version,
  told,
  seq: told.version,
});
const held = (claims: readonly Claim[], history: readonly Operation[]) =>
  holdAgainst(claims, history, lotModel(terms, live, history));

/** Two who bid at one instant, and one who closes after that. Answers name no versions. */
const sold = [
  did("ana", 0, 10, bid(120), agreed),
  did("ben", 1, 9, bid(160), agreed),
  did("cho", 20, 21, { kind: "close" }, agreed),
];

describe("what events say agrees with what was answered", () => {
  it("when one order of what was asked has them all", () => {
    const claims = [
      claim("bid", { version: 2, price: 120, bidCount: 1, reserveMet: false }),
      claim("bid", { version: 3, price: 160, bidCount: 2, reserveMet: true }),
      claim("close", { version: 4, status: "sold", price: 160 }),
    ];
    assertEquals(held(claims, sold).kind, "agrees");
  });

  it("when an event decides which of several orders it was", () => {
    const lost = did("ana", 0, Infinity, bid(120), { kind: "unknown" });
    const history = [lost, did("ben", 1, 9, bid(160), agreed)];
    assertEquals(held([claim("bid", { version: 2, price: 160 })], history).kind, "agrees");
    assertEquals(held([claim("bid", { version: 2, price: 120 })], history).kind, "agrees");
    assertEquals(held([claim("bid", { version: 2, price: 130 })], history).kind, "contradicts");
  });
});

describe("what events say contradicts what was answered", () => {
  const contradicted = (claims: readonly Claim[]) => {
    const agreement = held(claims, sold);
    assert(agreement.kind === "contradicts", agreement.kind);
    return { version: agreement.claim.version, instead: agreement.instead?.who };
  };

  it("when one of them has another amount, count, reserve, status or price", () => {
    const first = claim("bid", { version: 2, price: 120 });
    for (const told of [{ price: 160 }, { bidCount: 2 }, { reserveMet: true }]) {
      assertEquals(contradicted([claim("bid", { version: 2, ...told })]), {
        version: 2,
        instead: "ana",
      });
    }
    for (const told of [{ status: "unsold" }, { price: 120 }]) {
      assertEquals(contradicted([first, claim("close", { version: 4, ...told })]), {
        version: 4,
        instead: "cho",
      });
    }
  });

  it("when one says that a bid was a close", () => {
    const early = claim("close", { version: 3, status: "sold", price: 160 });
    assertEquals(contradicted([early]), { version: 3, instead: "ben" });
  });

  it("when two of one version say different things", () => {
    const both = [
      claim("bid", { version: 2, price: 120 }),
      claim("bid", { version: 2, price: 110 }),
    ];
    assertEquals(contradicted(both), { version: 2, instead: "ana" });
  });

  it("and tells the first that does, with as much of the history as shows it", () => {
    const agreement = held([
      claim("close", { version: 4, status: "unsold" }),
      claim("bid", { version: 2, price: 999 }),
    ], sold);
    assert(agreement.kind === "contradicts");
    assertEquals(agreement.claim.version, 2);
    // Ben alone had returned by then, and it was not his bid.
    assertEquals(agreement.smallest.map(({ who }) => who), ["ben"]);
  });
});

describe("what events say is held against nothing", () => {
  it("when the answers themselves have no order", () => {
    const history = [did("ana", 0, 1, bid(100), refused)];
    assertEquals(held([claim("bid", { version: 2, price: 100 })], history).kind, "no order");
  });
});
