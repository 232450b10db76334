/** What an order does when it is asked one thing at a time. It shares no code with any application. */
import type { Operation } from "./history.ts";
import { keyring, type Keys } from "./keys.ts";
import { fits, type Model } from "./model.ts";

export interface OrderModelState {
  readonly status: string;
  readonly version: number;
  readonly keys: Keys<FirstMove>;
}

/** What is answered again when the same request comes again. */
interface FirstMove {
  readonly version: number;
  readonly status: string;
}

const STEPS = ["pending", "accepted", "preparing", "ready", "picked-up", "delivered"];

/** One step at a time, each step once, and a key that makes several requests of `history` one. */
export function orderModel(
  initial: Omit<OrderModelState, "keys">,
  history: readonly Operation[],
): Model<OrderModelState> {
  const stepOf = ({ asked }: Operation) => asked.kind === "move" ? STEPS.indexOf(asked.to) : -1;
  const keyed = keyring<FirstMove>(history, stepOf);
  return {
    initial: { ...initial, keys: keyed.empty },
    step(state, operation) {
      const { asked, answered } = operation;
      if (asked.kind === "read") {
        return answered.kind === "agreed" && !fits(answered, state) ? undefined : state;
      }
      if (asked.kind !== "move") return undefined;
      const key = keyed.of(operation);
      const first = keyed.first(state.keys, key);
      if (first !== undefined && first !== "refused") {
        // The same request again: the same answer, or a refusal, and no effect.
        if (answered.kind === "agreed" && !fits(answered, first)) return undefined;
        return { ...state, keys: keyed.remember(state.keys, key, first) };
      }
      const may = stepOf(operation) === STEPS.indexOf(state.status) + 1;
      if (answered.kind === "refused") {
        // A refusal may be remembered by its key as well, and be answered again.
        if (may && first !== "refused") return undefined;
        return key === undefined
          ? state
          : { ...state, keys: keyed.remember(state.keys, key, "refused") };
      }
      if (!may && answered.kind === "unknown" && key !== undefined && first !== "refused") {
        // It may have been refused, and the refusal remembered by its key.
        return { ...state, keys: keyed.remember(state.keys, key, "refused") };
      }
      const moved = { status: asked.to, version: state.version + 1 };
      if (!may || (answered.kind === "agreed" && !fits(answered, moved))) return undefined;
      return { ...moved, keys: keyed.remember(state.keys, key, moved) };
    },
    isPossible(state, operation) {
      const { asked, answered } = operation;
      if (answered.kind === "refused") return true;
      const { version = Infinity } = answered.kind === "agreed" ? answered : {};
      if (asked.kind === "read") return version >= state.version;
      const key = keyed.of(operation);
      const first = keyed.first(state.keys, key);
      if (first !== undefined && first !== "refused") {
        return answered.kind !== "agreed" || fits(answered, first);
      }
      return version > state.version &&
        (key?.most ?? stepOf(operation)) > STEPS.indexOf(state.status);
    },
    rank: stepOf,
    asSeen: ({ status, version }) => ({ status, version }),
    key: ({ status, version, keys: { mark, otherMark } }) =>
      `${status} ${version} ${mark} ${otherMark}`,
  };
}
