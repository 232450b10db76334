import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type Answered, type Asked, type Operation, overlap, timeline } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { lotModel, type Model, orderModel } from "./model.ts";

const terms = { startingPrice: 100, increment: 10, reserve: 150 };
const live = { status: "live", price: 0, bidCount: 0, version: 1 };
const lot = lotModel(terms, live);

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

/** Every order there is, tried one after another. */
function bruteForce<S>(history: readonly Operation[], model: Model<S>): boolean {
  const go = (state: S, left: readonly Operation[]): boolean => {
    if (left.every(({ returned }) => returned === Infinity)) return true;
    const first = Math.min(...left.map(({ returned }) => returned));
    return left.filter(({ called }) => called <= first).some((operation) => {
      const next = model.step(state, operation);
      return next !== undefined && go(next, left.filter((one) => one !== operation));
    });
  };
  return go(model.initial, history);
}

describe("a history is explained", () => {
  it("when one order of what happened at once gives every answer", () => {
    const verdict = judgeHistory([
      did("ana", 0, 10, bid(110), agreed(3)),
      did("ben", 1, 9, bid(100), agreed(2)),
      did("cho", 2, 8, bid(115), refused),
    ], lot);
    assert(verdict.linearizable === true);
    assertEquals(verdict.order.map(({ who }) => who), ["ben", "ana", "cho"]);
  });

  it("when what had no answer happened, or did not", () => {
    const withoutAnswer = did("ana", 0, Infinity, bid(200), unknown);
    const after = (amount: number, answer: Answered) => [
      withoutAnswer,
      did("ben", 5, 6, bid(amount), answer),
    ];
    assertEquals(judgeHistory(after(100, agreed(2)), lot).linearizable, true);
    assertEquals(judgeHistory(after(100, refused), lot).linearizable, true);
    assertEquals(judgeHistory(after(210, agreed(3)), lot).linearizable, true);
    assertEquals(judgeHistory(after(210, agreed(4)), lot).linearizable, false);
  });

  it("when the same key is answered the same way twice, and has one effect", () => {
    const tap: Asked = { kind: "bid", amount: 100, key: "tap" };
    const twice = [did("ana", 0, 5, tap, agreed(2)), did("ana", 1, 6, tap, agreed(2))];
    assertEquals(judgeHistory(twice, lot).linearizable, true);
    const both = [did("ana", 0, 5, tap, agreed(2)), did("ana", 1, 6, tap, agreed(3))];
    assertEquals(judgeHistory(both, lot).linearizable, false);
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
    assertEquals(judgeHistory(history, lot).linearizable, true);
  });
});

describe("a history is not explained", () => {
  it("when two bids of one amount were both taken", () => {
    const verdict = judgeHistory([
      did("ana", 0, 10, bid(100), agreed()),
      did("ben", 1, 9, bid(100), agreed()),
    ], lot);
    assert(verdict.linearizable === false);
    assertEquals(verdict.smallest.length, 2);
  });

  it("when two closed one lot", () => {
    const both = [did("ana", 0, 5, close, agreed()), did("ben", 1, 6, close, agreed())];
    assertEquals(judgeHistory(both, lot).linearizable, false);
  });

  it("when a bid was taken after the close had returned", () => {
    const late = [did("ana", 0, 5, close, agreed()), did("ben", 6, 8, bid(100), agreed())];
    assertEquals(judgeHistory(late, lot).linearizable, false);
    const atOnce = [did("ana", 0, 5, close, agreed()), did("ben", 4, 8, bid(100), agreed())];
    assertEquals(judgeHistory(atOnce, lot).linearizable, true);
  });

  it("when a bid that could be taken was refused", () => {
    assertEquals(judgeHistory([did("ana", 0, 5, bid(100), refused)], lot).linearizable, false);
  });

  it("when an order was accepted twice", () => {
    const move: Asked = { kind: "move", to: "accepted" };
    const order = orderModel({ status: "pending", version: 0 });
    const one = [did("a", 0, 5, move, agreed(1)), did("b", 1, 6, move, refused)];
    assertEquals(judgeHistory(one, order).linearizable, true);
    const two = [did("a", 0, 5, move, agreed(1)), did("b", 1, 6, move, agreed(1))];
    assertEquals(judgeHistory(two, order).linearizable, false);
  });

  it("and its smallest part says so alone, without what came later or did nothing", () => {
    const history = [
      did("ana", 0, 2, bid(100), agreed(2)),
      did("ben", 3, 5, bid(105), refused),
      did("cho", 6, 8, bid(110), agreed(3)),
      did("dan", 7, 9, bid(110), agreed(4)),
      did("eve", 20, 22, bid(500), agreed(5)),
    ];
    const verdict = judgeHistory(history, lot);
    assert(verdict.linearizable === false);
    assertEquals(verdict.smallest.map(({ who }) => who), ["ana", "cho", "dan"]);
  });
});

describe("a search that is given up", () => {
  it("is not taken for an explanation", () => {
    const crowd = Array.from({ length: 12 }, (_, n) => did(`c${n}`, 0, 100, bid(100 + n), unknown));
    const verdict = judgeHistory([...crowd, did("z", 0, 99, close, agreed(99))], lot, 50);
    assertEquals(verdict, { linearizable: "unknown", steps: 50 });
  });
});

describe("thousands of small random histories", () => {
  const answers: fc.Arbitrary<Answered> = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(refused, unknown, agreed()) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map(agreed) },
  );
  const questions: fc.Arbitrary<Asked> = fc.oneof(
    fc.constantFrom<Asked>({ kind: "start" }, close),
    fc.record({
      kind: fc.constant("bid" as const),
      amount: fc.constantFrom(90, 100, 105, 110, 120, 130),
    }),
    fc.record({
      kind: fc.constant("bid" as const),
      amount: fc.constantFrom(100, 120),
      key: fc.constantFrom("k", "l"),
    }),
  );
  const operations = fc.record({
    who: fc.constantFrom("a", "b"),
    asked: questions,
    answered: answers,
    called: fc.integer({ min: 0, max: 12 }),
    takes: fc.integer({ min: 0, max: 8 }),
  }).map(({ called, takes, answered, ...rest }): Operation => ({
    ...rest,
    answered,
    called,
    returned: answered.kind === "unknown" ? Infinity : called + takes,
    quotes: [],
  }));

  it("are judged as trying every order judges them", () => {
    let explained = 0;
    fc.assert(
      fc.property(
        fc.array(operations, { maxLength: 7 }),
        fc.constantFrom("live", "pending"),
        (history, status) => {
          const model = lotModel(terms, { ...live, status, version: 0 });
          const { linearizable } = judgeHistory(history, model);
          const expected = bruteForce(history, model);
          if (expected && history.length > 2) explained++;
          assertEquals(linearizable, expected, `\n${timeline(history)}`);
        },
      ),
      { numRuns: 4000, seed: 7 },
    );
    assert(explained > 100, `only ${explained} of them were explained at all`);
  });
});

describe("the overlap", () => {
  it("counts pairs that were open at one moment", () => {
    const at = (called: number, returned: number) => did("x", called, returned, close, refused);
    assertEquals(overlap([at(0, 1), at(2, 3), at(4, 5)]), 0);
    assertEquals(overlap([at(0, 10), at(1, 2), at(3, 4)]), 2);
    assertEquals(overlap([at(0, 10), at(1, 9), at(2, 8)]), 3);
  });
});
