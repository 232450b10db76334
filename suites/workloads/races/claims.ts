/**
 * What events say that transitions did, held against what was asked and answered: there must be an
 * order that explains the answers and has, at each version, what the event of that version says.
 * Which order it was nobody can know where answers name no versions; so an event is wrong when it
 * fits into none of them.
 */
import type { Asked, Operation } from "./history.ts";
import { judgeHistory, type Verdict } from "./linearizable.ts";
import { fits, type Model, type Params } from "./model.ts";

export interface Claim {
  /** The event's name. */
  readonly name: string;
  /** What it says has happened. */
  readonly kind: Asked["kind"];
  readonly version: number;
  /** What it says that led to. */
  readonly params: Params;
  readonly seq: number;
}

/** The model of something of whose transitions these are told. */
function asClaimed<State extends { readonly version: number }>(
  model: Model<State>,
  claims: readonly Claim[],
): Model<State> {
  const byVersion = Map.groupBy(claims, ({ version }) => version);
  return {
    ...model,
    step(state, operation) {
      const next = model.step(state, operation);
      if (next === undefined || next.version === state.version) return next;
      const params = byVersion.get(next.version) ?? [];
      return params.every((claim) => isOf(claim, operation, model.asSeen(next))) ? next : undefined;
    },
  };
}

const isOf = ({ kind, params }: Claim, { asked }: Operation, seen: Params) =>
  kind === asked.kind && fits(params, seen);

export type Agreement =
  | { readonly kind: "agrees" }
  /** The answers themselves have no order, or none was found in time. */
  | { readonly kind: "no order" | "unknown" }
  | {
    readonly kind: "contradicts";
    readonly claim: Claim;
    /** What led to its version in an order that explains the answers and all events before it. */
    readonly instead: Operation | undefined;
    readonly smallest: readonly Operation[];
  };

/** Holds events against a history. Events of versions that nothing led to are not judged here. */
export function holdAgainst<State extends { readonly version: number }>(
  claims: readonly Claim[],
  history: readonly Operation[],
  model: Model<State>,
): Agreement {
  const sorted = claims.toSorted((a, b) => a.version - b.version);
  const judged = (upTo: number): Verdict =>
    judgeHistory(history, asClaimed(model, sorted.slice(0, upTo)));
  let explained = judged(0);
  if (explained.linearizable !== true) {
    return { kind: explained.linearizable === false ? "no order" : "unknown" };
  }
  let contradicted = judged(sorted.length);
  if (contradicted.linearizable === true) return { kind: "agrees" };
  // With more events there are only fewer orders: the first that leaves none is found by halving.
  let [low, high] = [0, sorted.length];
  while (high - low > 1 && contradicted.linearizable === false) {
    const middle = Math.floor((low + high) / 2);
    const verdict = judged(middle);
    if (verdict.linearizable === true) [low, explained] = [middle, verdict];
    else [high, contradicted] = [middle, verdict];
  }
  const claim = sorted[high - 1];
  if (contradicted.linearizable !== false || claim === undefined) return { kind: "unknown" };
  const instead = ledTo(claim.version, explained.order, model);
  return { kind: "contradicts", claim, instead, smallest: contradicted.smallest };
}

/** What led to a version in this order. */
function ledTo<State extends { readonly version: number }>(
  version: number,
  order: readonly Operation[],
  model: Model<State>,
): Operation | undefined {
  let state = model.initial;
  for (const operation of order) {
    const next = model.step(state, operation);
    if (next === undefined) return undefined;
    if (next.version === version && next.version !== state.version) return operation;
    state = next;
  }
  return undefined;
}
