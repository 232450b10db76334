/**
 * What a lot and an order do when they are asked one thing at a time: the model histories are held
 * against. It shares no code with any application.
 */
import type { Operation } from "./history.ts";

/** `step` gives the state after an operation that had this answer, or undefined when it cannot have. */
export interface Model<State> {
  readonly initial: State;
  step(state: State, operation: Operation): State | undefined;
  /** Equal states have equal keys. */
  key(state: State): string;
}

export interface LotModelState {
  readonly status: string;
  readonly price: number;
  readonly bidCount: number;
  readonly version: number;
  /** Bids by their keys, and the version each led to. */
  readonly keys: Readonly<Record<string, number>>;
}

export interface LotTerms {
  readonly startingPrice: number;
  readonly increment: number;
  readonly reserve: number;
}

type Step<State> = (state: State, operation: Operation) => State | undefined;

const matches = <T>(told: T | undefined, is: T) => told === undefined || told === is;

/** An auction lot: minimum bids, one close, and a key that makes two requests one. */
export function lotModel(
  terms: LotTerms,
  initial: Omit<LotModelState, "keys">,
): Model<LotModelState> {
  const agreed = (next: LotModelState, { answered }: Operation) =>
    answered.kind !== "agreed" ||
      (matches(answered.version, next.version) && matches(answered.bidCount, next.bidCount) &&
        matches(answered.status, next.status) && matches(answered.price, next.price))
      ? next
      : undefined;

  const bid: Step<LotModelState> = (state, operation) => {
    const { asked, answered, who } = operation;
    if (asked.kind !== "bid") return undefined;
    const keyed = asked.key === undefined ? undefined : `${who} ${asked.key}`;
    const earlier = keyed === undefined ? undefined : state.keys[keyed];
    if (earlier !== undefined) {
      // The same request again: the same answer, or a refusal, and no effect.
      return answered.kind === "agreed" && !matches(answered.version, earlier) ? undefined : state;
    }
    const least = state.bidCount === 0 ? terms.startingPrice : state.price + terms.increment;
    const may = state.status === "live" && asked.amount >= least;
    if (answered.kind === "refused") return may ? undefined : state;
    if (!may) return undefined;
    const version = state.version + 1;
    return agreed({
      status: "live",
      price: asked.amount,
      bidCount: state.bidCount + 1,
      version,
      keys: keyed === undefined ? state.keys : { ...state.keys, [keyed]: version },
    }, operation);
  };

  const change =
    (from: string, to: (state: LotModelState) => string): Step<LotModelState> =>
    (state, operation) => {
      const may = state.status === from;
      if (operation.answered.kind === "refused") return may ? undefined : state;
      return may
        ? agreed({ ...state, status: to(state), version: state.version + 1 }, operation)
        : undefined;
    };
  const start = change("pending", () => "live");
  const close = change(
    "live",
    ({ bidCount, price }) => bidCount > 0 && price >= terms.reserve ? "sold" : "unsold",
  );

  return {
    initial: { ...initial, keys: {} },
    step(state, operation) {
      switch (operation.asked.kind) {
        case "bid":
          return bid(state, operation);
        case "start":
          return start(state, operation);
        case "close":
          return close(state, operation);
        case "move":
          return undefined;
      }
    },
    // Versions rise with every change, so the number of bids follows from version and status.
    key: ({ status, price, version, keys }) =>
      `${status} ${price} ${version} ${JSON.stringify(keys)}`,
  };
}

export interface OrderModelState {
  readonly status: string;
  readonly version: number;
  readonly keys: readonly string[];
}

const STEPS = ["pending", "accepted", "preparing", "ready", "picked-up", "delivered"];

/** An order: one step at a time, each step once. */
export function orderModel(initial: Omit<OrderModelState, "keys">): Model<OrderModelState> {
  return {
    initial: { ...initial, keys: [] },
    step(state, { who, asked, answered }) {
      if (asked.kind !== "move") return undefined;
      const keyed = asked.key === undefined ? undefined : `${who} ${asked.key}`;
      if (keyed !== undefined && state.keys.includes(keyed)) return state;
      const may = STEPS.indexOf(asked.to) === STEPS.indexOf(state.status) + 1;
      if (answered.kind === "refused") return may ? undefined : state;
      if (!may) return undefined;
      const version = state.version + 1;
      if (answered.kind === "agreed" && !matches(answered.version, version)) return undefined;
      const keys = keyed === undefined ? state.keys : [...state.keys, keyed];
      return { status: asked.to, version, keys };
    },
    key: ({ status, version, keys }) => `${status} ${version} ${keys.join()}`,
  };
}
