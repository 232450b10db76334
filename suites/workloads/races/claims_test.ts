import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Claim, holdAgainst } from "./claims.ts";
import type { Answered, Asked, Operation } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { lotModel } from "./lot_model.ts";
import type { Params } from "./model.ts";
import { auctionHistory, LIVE, TERMS } from "./testing/auction_history.ts";

const terms = { startingPrice: 100, increment: 10, reserve: 150 };
const live = { status: "live", price: 0, bidCount: 0, version: 1 };

function did(who: string, called: number, returned: number, asked: Asked, answered: Answered) {
  return { who, asked, answered, called, returned, quotes: [] };
}
const bid = (amount: number): Asked => ({ kind: "bid", amount });
const agreed: Answered = { kind: "agreed" };
const refused: Answered = { kind: "refused", reason: "no" };

const claim = (kind: Asked["kind"], params: Params & { readonly version: number }): Claim => ({
  name: kind,
  kind,
  version: params.version,
  params,
  seq: params.version,
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
    for (const params of [{ price: 160 }, { bidCount: 2 }, { reserveMet: true }]) {
      assertEquals(contradicted([claim("bid", { version: 2, ...params })]), {
        version: 2,
        instead: "ana",
      });
    }
    for (const params of [{ status: "unsold" }, { price: 120 }]) {
      assertEquals(contradicted([first, claim("close", { version: 4, ...params })]), {
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

describe("what a right application would say of a hundred small auctions", () => {
  const auctions = Array.from({ length: 100 }, (_, seed) =>
    auctionHistory({
      operations: 30,
      lines: 6,
      duration: 4,
      keyed: seed % 2 === 0,
      versioned: seed % 4 < 2,
      unanswered: seed % 3 === 0 ? 5 : 0,
      seed,
    }));

  /** An event for each transition of one order that explains the answers. */
  function params(history: readonly Operation[]): Claim[] {
    const model = lotModel(TERMS, LIVE, history);
    const verdict = judgeHistory(history, model);
    assert(verdict.linearizable === true);
    let state = model.initial;
    return verdict.order.flatMap((operation) => {
      const next = model.step(state, operation);
      assert(next !== undefined);
      const isChange = next.version !== state.version;
      state = next;
      const { version, ...seen } = model.asSeen(next);
      return isChange ? [claim(operation.asked.kind, { version: version ?? 0, ...seen })] : [];
    });
  }
  const agreement = (claims: readonly Claim[], history: readonly Operation[]) =>
    holdAgainst(claims, history, lotModel(TERMS, LIVE, history)).kind;

  it("agrees, in whatever order it comes", () => {
    for (const history of auctions) {
      assertEquals(agreement(params(history).reverse(), history), "agrees");
    }
  });

  it("contradicts once one of its events has a price that nobody bid", () => {
    for (const [seed, history] of auctions.entries()) {
      const claims = params(history);
      const at = seed % claims.length;
      const wrong = claims[at];
      assert(wrong !== undefined);
      const changed = claims.with(at, { ...wrong, params: { ...wrong.params, price: 7 } });
      const held = holdAgainst(changed, history, lotModel(TERMS, LIVE, history));
      assert(held.kind === "contradicts");
      assertEquals(held.claim, changed[at]);
    }
  });
});
