import { assert, assertEquals, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Answered, type Asked, type Operation, overlap } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { lotModel } from "./lot_model.ts";
import { orderModel } from "./order_model.ts";
import { search } from "./search.ts";
import {
  type Auction,
  auctionHistory,
  LIVE,
  TERMS,
  withLostUpdate,
} from "./testing/auction_history.ts";

const terms = { startingPrice: 100, increment: 10, reserve: 150 };
const live = { status: "live", price: 0, bidCount: 0, version: 1 };
const judgeLot = (history: readonly Operation[], mostSteps?: number) =>
  judgeHistory(history, lotModel(terms, live, history), mostSteps);
const judgeOrder = (history: readonly Operation[]) =>
  judgeHistory(history, orderModel({ status: "pending", version: 0 }, history));

function did(
  who: string,
  called: number,
  returned: number,
  asked: Asked,
  answered: Answered,
): Operation {
  return { who, asked, answered, called, returned, quotes: [] };
}
const bid = (amount: number): Asked => ({ kind: "bid", amount });
const agreed = (version?: number): Answered =>
  version === undefined ? { kind: "agreed" } : { kind: "agreed", version };
const refused: Answered = { kind: "refused", reason: "no" };
const unknown: Answered = { kind: "unknown" };
const close: Asked = { kind: "close" };

describe("a history is explained", () => {
  it("when one order of what happened at once gives every answer", () => {
    const verdict = judgeLot([
      did("ana", 0, 10, bid(110), agreed(3)),
      did("ben", 1, 9, bid(100), agreed(2)),
      did("cho", 2, 8, bid(115), refused),
    ]);
    assert(verdict.linearizable === true);
    assertEquals(verdict.order.map(({ who }) => who), ["ben", "ana", "cho"]);
  });

  it("when what had no answer happened, or did not", () => {
    const withoutAnswer = did("ana", 0, Infinity, bid(200), unknown);
    const after = (amount: number, answer: Answered) => [
      withoutAnswer,
      did("ben", 5, 6, bid(amount), answer),
    ];
    assertEquals(judgeLot(after(100, agreed(2))).linearizable, true);
    assertEquals(judgeLot(after(100, refused)).linearizable, true);
    assertEquals(judgeLot(after(210, agreed(3))).linearizable, true);
    assertEquals(judgeLot(after(210, agreed(4))).linearizable, false);
  });

  it("when the same key is answered the same way twice, and has one effect", () => {
    const tap: Asked = { kind: "bid", amount: 100, key: "tap" };
    const twice = [did("ana", 0, 5, tap, agreed(2)), did("ana", 1, 6, tap, agreed(2))];
    assertEquals(judgeLot(twice).linearizable, true);
    const both = [did("ana", 0, 5, tap, agreed(2)), did("ana", 1, 6, tap, agreed(3))];
    assertEquals(judgeLot(both).linearizable, false);
  });

  it("when a key's refusal is told again, though the bid could be taken by now", () => {
    const tap: Asked = { kind: "bid", amount: 100, key: "tap" };
    const history = [
      did("ana", 0, 1, tap, refused),
      did("officer", 2, 3, { kind: "start" }, agreed(1)),
      did("ana", 4, 5, tap, refused),
    ];
    const pending = { ...live, status: "pending", version: 0 };
    assertEquals(judgeHistory(history, lotModel(terms, pending, history)).linearizable, true);
    const another = history.with(2, did("ana", 4, 5, { ...tap, key: "other" }, refused));
    assertEquals(judgeHistory(another, lotModel(terms, pending, another)).linearizable, false);
  });

  it("when a key comes again with another amount, after a refusal that nobody heard", () => {
    const tap = (amount: number, key = "tap"): Asked => ({ kind: "bid", amount, key });
    const history = (unheard: Operation) => [
      unheard,
      did("ben", 2, 3, bid(110), agreed(2)),
      did("ana", 4, 5, tap(200), refused),
    ];
    const after = (unheard: Asked) => judgeLot(history(did("ana", 0, Infinity, unheard, unknown)));
    assertEquals(after(tap(50)).linearizable, true);
    assertEquals(after(tap(50, "other")).linearizable, false);
  });

  it("when what was not answered has an effect in spite of a key that others bear", () => {
    const tap = (amount: number): Asked => ({ kind: "bid", amount, key: "tap" });
    const history = [
      did("ana", 0, Infinity, tap(100), unknown),
      did("ben", 2, 3, bid(110), agreed(3)),
      did("ana", 4, 5, tap(200), agreed(2)),
    ];
    assertEquals(judgeLot(history).linearizable, true);
  });

  it("when what is read afterwards is what all of it led to", () => {
    const read = (bidCount: number, price: number, reserveMet: boolean) => [
      did("ana", 0, 5, bid(150), agreed()),
      did("ben", 1, 6, bid(160), agreed()),
      did("cho", 7, 8, { kind: "read" }, {
        kind: "agreed",
        status: "live",
        bidCount,
        price,
        reserveMet,
        version: 3,
      }),
    ];
    assertEquals(judgeLot(read(2, 160, true)).linearizable, true);
    assertEquals(judgeLot(read(1, 160, true)).linearizable, false);
    assertEquals(judgeLot(read(2, 150, true)).linearizable, false);
    assertEquals(judgeLot(read(2, 160, false)).linearizable, false);
  });

  it("whatever the price is called before anybody has bid", () => {
    for (const price of [0, 100]) {
      const closed: Answered = { kind: "agreed", status: "unsold", price };
      assertEquals(judgeLot([did("ana", 0, 1, close, closed)]).linearizable, true);
    }
  });

  it("when it shows late which of two amounts under one key was the bid", () => {
    const tap = (amount: number): Asked => ({ kind: "bid", amount, key: "tap" });
    const history = [
      did("ana", 0, 10, tap(100), agreed()),
      did("ben", 1, 10, bid(110), agreed()),
      did("cho", 2, 10, bid(130), agreed()),
      did("ana", 3, 10, tap(120), agreed()),
      did("ana", 20, 21, tap(120), agreed(3)),
    ];
    assertEquals(judgeLot(history).linearizable, true);
  });
});

describe("a history is not explained", () => {
  it("when two bids of one amount were both taken", () => {
    const verdict = judgeLot([
      did("ana", 0, 10, bid(100), agreed()),
      did("ben", 1, 9, bid(100), agreed()),
    ]);
    assert(verdict.linearizable === false);
    assertEquals(verdict.smallest.length, 2);
  });

  it("when two closed one lot", () => {
    const both = [did("ana", 0, 5, close, agreed()), did("ben", 1, 6, close, agreed())];
    assertEquals(judgeLot(both).linearizable, false);
  });

  it("when a bid was taken after the close had returned", () => {
    const late = [did("ana", 0, 5, close, agreed()), did("ben", 6, 8, bid(100), agreed())];
    assertEquals(judgeLot(late).linearizable, false);
    const atOnce = [did("ana", 0, 5, close, agreed()), did("ben", 4, 8, bid(100), agreed())];
    assertEquals(judgeLot(atOnce).linearizable, true);
  });

  it("when a bid that could be taken was refused", () => {
    assertEquals(judgeLot([did("ana", 0, 5, bid(100), refused)]).linearizable, false);
  });

  it("when an order was accepted twice", () => {
    const move: Asked = { kind: "move", to: "accepted" };
    const one = [did("a", 0, 5, move, agreed(1)), did("b", 1, 6, move, refused)];
    assertEquals(judgeOrder(one).linearizable, true);
    const two = [did("a", 0, 5, move, agreed(1)), did("b", 1, 6, move, agreed(1))];
    assertEquals(judgeOrder(two).linearizable, false);
  });

  it("when the answer of a move names another status", () => {
    const move: Asked = { kind: "move", to: "accepted" };
    const answering = (status: string) =>
      judgeOrder([did("a", 0, 5, move, { kind: "agreed", status, version: 1 })]).linearizable;
    assertEquals(answering("accepted"), true);
    assertEquals(answering("preparing"), false);
  });

  it("when a key that comes again is answered otherwise than before", () => {
    const move: Asked = { kind: "move", to: "accepted", key: "k" };
    const again = (answer: Answered) =>
      judgeOrder([
        did("a", 0, 5, move, { kind: "agreed", status: "accepted", version: 1 }),
        did("b", 6, 7, { kind: "move", to: "preparing" }, agreed(2)),
        did("a", 8, 9, move, answer),
      ]).linearizable;
    assertEquals(again({ kind: "agreed", status: "accepted", version: 1 }), true);
    assertEquals(again(refused), true);
    assertEquals(again({ kind: "agreed", status: "preparing" }), false);
    assertEquals(again(agreed(2)), false);

    const tap: Asked = { kind: "bid", amount: 100, key: "tap" };
    const tapped = (bidCount: number) =>
      judgeLot([
        did("ana", 0, 1, tap, { kind: "agreed", version: 2, bidCount: 1 }),
        did("ben", 2, 3, bid(200), agreed(3)),
        did("ana", 4, 5, tap, { kind: "agreed", version: 2, bidCount }),
      ]).linearizable;
    assertEquals(tapped(1), true);
    assertEquals(tapped(2), false);
  });

  it("when what is read of an order is not where it was moved to", () => {
    const moved = did("a", 0, 5, { kind: "move", to: "accepted" }, agreed(1));
    const read = (status: string) =>
      did("b", 6, 7, { kind: "read" }, { kind: "agreed", status, version: 1 });
    assertEquals(judgeOrder([moved, read("accepted")]).linearizable, true);
    assertEquals(judgeOrder([moved, read("pending")]).linearizable, false);
  });

  it("and its smallest part says so alone, without what came later or did nothing", () => {
    const history = [
      did("ana", 0, 2, bid(100), agreed(2)),
      did("ben", 3, 5, bid(105), refused),
      did("cho", 6, 8, bid(110), agreed(3)),
      did("dan", 7, 9, bid(110), agreed(4)),
      did("eve", 20, 22, bid(500), agreed(5)),
    ];
    const verdict = judgeLot(history);
    assert(verdict.linearizable === false);
    assertEquals(verdict.smallest.map(({ who }) => who), ["ana", "cho", "dan"]);
  });
});

describe("a search that is given up", () => {
  it("is not taken for an explanation", () => {
    const crowd = Array.from(
      { length: 12 },
      (_, n) => did(`c${n}`, 0, Infinity, bid(100 + 10 * n), unknown),
    );
    const history = [...crowd, did("z", 0, 99, close, agreed(99))];
    assertEquals(judgeLot(history, 50), { linearizable: "unknown", steps: 50 });
    assertEquals(judgeLot(history).linearizable, false);
  });
});

describe("thousands of operations, fifty of them open at once", () => {
  const steps = (auction: Partial<Auction>, change = (right: readonly Operation[]) => right) => {
    const history = change(auctionHistory({
      operations: 2000,
      lines: 50,
      duration: 9,
      keyed: false,
      versioned: true,
      unanswered: 0,
      seed: 3,
      ...auction,
    }));
    const found = search(history, lotModel(TERMS, LIVE, history), 100_000);
    return { kind: found.kind, perOperation: found.steps / history.length };
  };

  for (const keyed of [false, true]) {
    for (const versioned of [true, false]) {
      const title = `${keyed ? "with" : "without"} keys, ${
        versioned ? "with" : "without"
      } versions`;
      it(`are judged in hardly more steps than there are, ${title}`, () => {
        const right = steps({ keyed, versioned });
        assertEquals(right.kind, "order");
        assertLess(right.perOperation, 2);
        const wrong = steps({ keyed, versioned }, withLostUpdate);
        assertEquals(wrong.kind, "none");
        assertLess(wrong.perOperation, 2);
      });
    }
  }

  it("and with versions also where some had no answer", () => {
    for (const keyed of [false, true]) {
      const right = steps({ keyed, unanswered: 5 });
      assertEquals(right.kind, "order");
      assertLess(right.perOperation, 3);
    }
  });
});

describe("the overlap", () => {
  it("counts pairs that were open at one moment", () => {
    const at = (called: number, returned: number) => did("x", called, returned, close, refused);
    assertEquals(overlap([at(0, 1), at(2, 3), at(4, 5)]), 0);
    assertEquals(overlap([at(0, 10), at(1, 2), at(3, 4)]), 2);
    assertEquals(overlap([at(0, 10), at(1, 9), at(2, 8)]), 3);
  });

  it("has no pairs with what had no answer: that may never have arrived", () => {
    const lost = did("x", 0, Infinity, close, unknown);
    const answered = (called: number) => did("y", called, called + 1, close, refused);
    assertEquals(overlap([lost, answered(1), answered(3), answered(5)]), 0);
    assertEquals(overlap([lost, answered(1), answered(1.5)]), 1);
  });
});
