/** Thousands of small random histories, judged by the search and by trying every order there is. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type Answered, type Asked, type Operation, timeline } from "./history.ts";
import { judgeHistory } from "./linearizable.ts";
import { lotModel } from "./lot_model.ts";
import type { Model } from "./model.ts";
import { orderModel } from "./order_model.ts";

/** Every order there is, tried one after another. */
function bruteForce<S extends { readonly version: number }>(
  history: readonly Operation[],
  model: Model<S>,
): boolean {
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

const refused: Answered = { kind: "refused", reason: "no" };
const unknown: Answered = { kind: "unknown" };

/** Something that was asked, when, and how it is answered where several answers would do. */
interface Draft {
  readonly who: string;
  readonly asked: Asked;
  readonly called: number;
  readonly takes: number;
  readonly likes: readonly Answered[];
  /** Answered as it likes, whether or not that can be. */
  readonly lies: boolean;
}

function drafts(asked: fc.Arbitrary<Asked>, params: fc.Arbitrary<Answered>) {
  const answers = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Answered>(refused, unknown, { kind: "agreed" }) },
    { weight: 3, arbitrary: params },
  );
  return fc.array(
    fc.record<Draft>({
      who: fc.constantFrom("a", "b"),
      asked,
      called: fc.integer({ min: 0, max: 12 }),
      takes: fc.integer({ min: 0, max: 8 }),
      likes: fc.array(answers, { minLength: 1, maxLength: 8 }),
      lies: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { maxLength: 7 },
  );
}

/** Answers one after the other as the model allows; a lie is told whatever it says. */
function answered<S extends { readonly version: number }>(
  all: readonly Draft[],
  modelOf: (history: readonly Operation[]) => Model<S>,
): readonly Operation[] {
  const unanswered = all.map(({ called, takes, ...rest }): Operation => ({
    ...rest,
    answered: unknown,
    called,
    returned: called + takes,
    quotes: [],
  }));
  const model = modelOf(unanswered);
  let state = model.initial;
  return unanswered.map((operation, at) => {
    const { likes = [], lies = false } = all[at] ?? {};
    const wanted = [...likes, refused, { kind: "agreed" } as const];
    const fitting = wanted.find((answer) =>
      lies || model.step(state, { ...operation, answered: answer }) !== undefined
    ) ?? unknown;
    const params = { ...operation, answered: fitting };
    state = model.step(state, params) ?? state;
    return fitting.kind === "unknown" ? { ...params, returned: Infinity } : params;
  });
}

function agree<S extends { readonly version: number }>(
  all: fc.Arbitrary<readonly Draft[]>,
  modelOf: (history: readonly Operation[]) => Model<S>,
) {
  const counts = { explained: 0, unexplained: 0 };
  fc.assert(
    fc.property(all, (drafts) => {
      const history = answered(drafts, modelOf);
      const verdict = judgeHistory(history, modelOf(history));
      const expected = bruteForce(history, modelOf(history));
      assertEquals(verdict.linearizable, expected, `\n${timeline(history)}`);
      if (verdict.linearizable === false) {
        const { smallest } = verdict;
        assert(!bruteForce(smallest, modelOf(history)), `explained:\n${timeline(smallest)}`);
      }
      if (history.length > 2) counts[expected ? "explained" : "unexplained"]++;
    }),
    { numRuns: 4000, seed: 7 },
  );
  const { explained, unexplained } = counts;
  const split = `${explained} could be explained, ${unexplained} could not`;
  assert(explained > 400 && unexplained > 400, split);
}

const params = fc.record({
  kind: fc.constant("agreed" as const),
  version: fc.integer({ min: 0, max: 5 }),
  bidCount: fc.integer({ min: 0, max: 4 }),
}, { requiredKeys: ["kind"] });
const terms = { startingPrice: 100, increment: 10, reserve: 120 };
const lotIn = (status: string) => (history: readonly Operation[]) =>
  lotModel(terms, { status, price: 0, bidCount: 0, version: 0 }, history);
const order = (history: readonly Operation[]) =>
  orderModel({ status: "pending", version: 0 }, history);

const bids = (key: fc.Arbitrary<string | undefined>) =>
  fc.tuple(fc.constantFrom(90, 100, 105, 110, 120, 130), key).map(([amount, key]): Asked => ({
    kind: "bid",
    amount,
    ...(key === undefined ? {} : { key }),
  }));
const none = fc.constant(undefined);
const keys = fc.constantFrom("k", "l", undefined);
const others = fc.constantFrom<Asked>({ kind: "start" }, { kind: "close" }, { kind: "read" });

describe("thousands of small random histories are judged as trying every order judges them", () => {
  it("of a lot", () => {
    agree(drafts(fc.oneof({ weight: 3, arbitrary: bids(none) }, others), params), lotIn("live"));
  });

  it("of a lot that has not been started", () => {
    agree(drafts(fc.oneof(bids(keys), others), params), lotIn("pending"));
  });

  it("of a lot, where bids come again with their keys, and with other amounts under one key", () => {
    agree(
      drafts(
        fc.oneof(
          { weight: 5, arbitrary: bids(fc.constantFrom("k", "l")) },
          { weight: 1, arbitrary: others },
        ),
        params,
      ),
      lotIn("live"),
    );
  });

  it("of an order, where moves come again with their keys", () => {
    const moves = fc.tuple(fc.constantFrom("accepted", "preparing", "ready"), keys)
      .map(([to, key]): Asked => ({ kind: "move", to, ...(key === undefined ? {} : { key }) }));
    const toldOfOrder = fc.record({
      kind: fc.constant("agreed" as const),
      version: fc.integer({ min: 0, max: 4 }),
      status: fc.constantFrom("pending", "accepted", "preparing", "ready"),
    }, { requiredKeys: ["kind"] });
    const asked = fc.oneof(
      { weight: 5, arbitrary: moves },
      { weight: 1, arbitrary: fc.constant<Asked>({ kind: "read" }) },
    );
    agree(drafts(asked, toldOfOrder), order);
  });
});
