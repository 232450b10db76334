/** What an auction lot does when it is asked one thing at a time. It shares no code with any application. */
import type { Answered, Operation } from "./history.ts";
import { keyring, type Keys } from "./keys.ts";
import { fits, type Model, type Params } from "./model.ts";

export interface LotModelState {
  readonly status: string;
  /** The highest bid; before the first, whatever the application says there. */
  readonly price: number;
  readonly bidCount: number;
  readonly version: number;
  readonly keys: Keys<FirstBid>;
}

/** What is answered again when the same bid comes again. */
interface FirstBid {
  readonly version: number;
  readonly bidCount: number;
}

/** Money in the application's smallest unit; an increment is not negative. */
export interface LotTerms {
  readonly startingPrice: number;
  readonly increment: number;
  readonly reserve: number;
}

/** The least the next bid must be. */
const least = ({ startingPrice, increment }: LotTerms, { bidCount, price }: LotModelState) =>
  bidCount === 0 ? startingPrice : price + increment;

const isMet = ({ reserve }: LotTerms, { bidCount, price }: LotModelState) =>
  bidCount > 0 && price >= reserve;

/** Minimum bids, one close, and a key that makes several requests of `history` one. */
export function lotModel(
  terms: LotTerms,
  initial: Omit<LotModelState, "keys">,
  history: readonly Operation[],
): Model<LotModelState> {
  const amountOf = ({ asked }: Operation) => asked.kind === "bid" ? asked.amount : 0;
  const keyed = keyring<FirstBid>(history, amountOf);
  const asSeen = (state: LotModelState): Params => {
    const { status, bidCount, version } = state;
    // What the price is before the first bid, each application says in its own way.
    const price = bidCount === 0 ? undefined : state.price;
    return { status, price, bidCount, version, reserveMet: isMet(terms, state) };
  };
  const agreed = (next: LotModelState, answered: Answered) =>
    answered.kind !== "agreed" || fits(answered, asSeen(next)) ? next : undefined;

  function bid(state: LotModelState, operation: Operation, amount: number) {
    const { answered } = operation;
    const key = keyed.of(operation);
    const first = keyed.first(state.keys, key);
    if (first !== undefined && first !== "refused") {
      // The same request again: the same answer, or a refusal, and no effect.
      if (answered.kind === "agreed" && !fits(answered, first)) return undefined;
      return { ...state, keys: keyed.remember(state.keys, key, first) };
    }
    const may = state.status === "live" && amount >= least(terms, state);
    if (answered.kind === "refused") {
      // A refusal may be remembered by its key as well, and be answered again.
      if (may && first !== "refused") return undefined;
      return key === undefined
        ? state
        : { ...state, keys: keyed.remember(state.keys, key, "refused") };
    }
    if (!may) return unheard(state, operation);
    const next = {
      status: "live",
      price: amount,
      bidCount: state.bidCount + 1,
      version: state.version + 1,
      keys: state.keys,
    };
    if (agreed(next, answered) === undefined || key === undefined) return agreed(next, answered);
    const { version, bidCount } = next;
    return { ...next, keys: keyed.remember(state.keys, key, { version, bidCount }) };
  }

  /** A request without an answer may have been refused, and the refusal remembered by its key. */
  function unheard(state: LotModelState, operation: Operation): LotModelState | undefined {
    const key = keyed.of(operation);
    if (operation.answered.kind !== "unknown" || key === undefined) return undefined;
    if (keyed.first(state.keys, key) === "refused") return undefined; // it would change nothing
    return { ...state, keys: keyed.remember(state.keys, key, "refused") };
  }

  function change(
    state: LotModelState,
    { answered }: Operation,
    from: string,
    to: string,
  ): LotModelState | undefined {
    const may = state.status === from;
    if (answered.kind === "refused") return may ? undefined : state;
    if (!may) return undefined;
    return agreed({ ...state, status: to, version: state.version + 1 }, answered);
  }

  const isOver = ({ status }: LotModelState) => status !== "pending" && status !== "live";

  return {
    initial: { ...initial, keys: keyed.empty },
    step(state, operation) {
      const { asked, answered } = operation;
      switch (asked.kind) {
        case "bid":
          return bid(state, operation, asked.amount);
        case "start":
          return change(state, operation, "pending", "live");
        case "close":
          return change(state, operation, "live", isMet(terms, state) ? "sold" : "unsold");
        case "read":
          return answered.kind === "refused" ? state : agreed(state, answered);
        case "move":
          return undefined;
      }
    },
    isPossible(state, operation) {
      const { asked, answered } = operation;
      if (answered.kind === "refused") return true;
      const { version = Infinity, bidCount = Infinity } = answered.kind === "agreed"
        ? answered
        : {};
      if (asked.kind === "read") return version >= state.version && bidCount >= state.bidCount;
      if (asked.kind === "bid") {
        const key = keyed.of(operation);
        const first = keyed.first(state.keys, key);
        if (first !== undefined && first !== "refused") {
          return answered.kind !== "agreed" || fits(answered, first);
        }
        if (version <= state.version || bidCount <= state.bidCount || isOver(state)) return false;
        // Whichever of those with its key is the bid, the price only rises.
        return (key?.most ?? asked.amount) >= least(terms, state);
      }
      if (version <= state.version) return false;
      return asked.kind === "start" ? state.status === "pending" : !isOver(state);
    },
    // What is bid less can only be bid before.
    rank: (operation) =>
      operation.asked.kind === "bid"
        ? amountOf(operation)
        : operation.asked.kind === "close"
        ? Infinity
        : -Infinity,
    asSeen,
    key: ({ status, price, bidCount, version, keys: { mark, otherMark } }) =>
      `${status} ${price} ${bidCount} ${version} ${mark} ${otherMark}`,
  };
}
