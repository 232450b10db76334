/**
 * What a declared resource does when it is asked one thing at a time: the machine of its file. It
 * says no more than the file does, so a refusal has a place everywhere: under contention an
 * application may turn down what it would have granted a moment later.
 */
import type { Resource } from "../../language/resource.ts";
import type { Operation } from "./history.ts";
import { fits, type Model } from "./model.ts";

export interface ResourceState {
  readonly status: string;
  readonly quantities: Readonly<Record<string, number>>;
  /** Counts transitions; no version of the application's. */
  readonly version: number;
  /** Who made which transition last. */
  readonly makers: Readonly<Record<string, string>>;
  /** The idempotency keys of what was made. */
  readonly keys: readonly string[];
}

type Transitioning = Extract<Operation["asked"], { kind: "transition" }>;

/** A resource as somebody read it, before anything else was asked of it. */
export type Before = Pick<ResourceState, "status" | "quantities">;

/** One transition after the other, from where it may start, and no quantity out of its bounds. */
export function resourceModel(
  { transitions, quantities: bounds }: Pick<Resource, "transitions" | "quantities">,
  before: Before,
): Model<ResourceState> {
  /** The state after the transition; undefined where it may not be made. */
  const made = (
    state: ResourceState,
    { name, key, amount }: Transitioning,
    who: string,
  ): ResourceState | undefined => {
    const transition = transitions[name];
    if (!transition?.from.includes(state.status)) return undefined;
    const quantities = { ...state.quantities };
    for (const [quantity, change] of Object.entries(transition.changes)) {
      const next = (quantities[quantity] ?? 0) + change;
      const { least = -Infinity, most = Infinity } = bounds[quantity] ?? {};
      if (next < least || next > most) return undefined;
      quantities[quantity] = next;
    }
    const { sets } = transition;
    if (sets !== undefined && amount !== undefined) {
      if (amount < (quantities[sets] ?? 0) + (bounds[sets]?.rises ?? 0)) return undefined;
      quantities[sets] = amount;
    }
    return {
      status: transition.to ?? state.status,
      quantities,
      version: state.version + 1,
      makers: { ...state.makers, [name]: who },
      keys: key === undefined ? state.keys : [...state.keys, key],
    };
  };
  /** The same person asks again for what is done: the same answer, and no second effect. */
  const isAgain = (state: ResourceState, name: string, who: string) => {
    const { again, to } = transitions[name] ?? {};
    return again === "same" && state.makers[name] === who &&
      (to === undefined || to === state.status);
  };
  return {
    initial: { ...before, version: 0, makers: {}, keys: [] },
    step(state, { who, asked, answered }) {
      if (answered.kind === "refused") return state;
      if (asked.kind === "read") {
        return answered.kind === "agreed" && !fits(answered, state) ? undefined : state;
      }
      if (asked.kind !== "transition") return undefined;
      // The same request again: its answer is of when it was made.
      if (asked.key !== undefined && state.keys.includes(asked.key)) return state;
      const next = isAgain(state, asked.name, who) ? state : made(state, asked, who);
      if (next === undefined) return answered.kind === "unknown" ? state : undefined;
      return answered.kind === "agreed" && !fits(answered, next) ? undefined : next;
    },
    isPossible: () => true,
    rank: ({ asked }) => asked.kind === "transition" ? asked.amount ?? 0 : 0,
    asSeen: ({ status, quantities }) => ({ status, quantities }),
    key: ({ status, quantities, makers, keys }) =>
      JSON.stringify([status, quantities, makers, keys]),
  };
}

/** The transitions that an order of operations comes to, each with who made it. */
export function effectsOf(
  order: readonly Operation[],
  model: Model<ResourceState>,
): readonly { readonly name: string; readonly who: string }[] {
  const effects: { readonly name: string; readonly who: string }[] = [];
  let state = model.initial;
  for (const operation of order) {
    const next = model.step(state, operation);
    if (next === undefined) break;
    const { asked, who } = operation;
    if (next.version > state.version && asked.kind === "transition") {
      effects.push({ name: asked.name, who });
    }
    state = next;
  }
  return effects;
}
