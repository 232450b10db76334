/**
 * Looks for an order of a history's operations, one at a time, that explains every answer and never
 * puts one before another that had returned before it was called.
 *
 * As Wing and Gong do (1993): whatever was called before the first return of what is left may be
 * next. As Lowe adds (2017): never twice from the same place, which is the set of operations that
 * are done and the state they led to. Porcupine and Knossos search so as well. What keeps the places
 * few where fifty operations are open at one moment is what is known of lots and orders:
 *
 * - What may be done and changes nothing is done at once: it can be in nobody's way.
 * - What had no answer and can have no effect any more is left out at once, so that histories which
 *   differ in it alone are one place.
 * - Where something that was answered has no place any more, such as a bid lower than the price,
 *   the search turns back before it has tried all that is open with it.
 * - What can only be done early is tried first, and what had no answer last.
 */
import { callsOf } from "./calls.ts";
import type { Operation } from "./history.ts";
import { markedSet } from "./marks.ts";
import type { Model } from "./model.ts";

export type Found =
  | { readonly kind: "order"; readonly order: readonly Operation[]; readonly steps: number }
  /** `reached` returns could be explained, and the one after them could not. */
  | { readonly kind: "none"; readonly reached: number; readonly steps: number }
  | { readonly kind: "gave up"; readonly steps: number };

/** A place in the search: the state there, and what may be next, of which so many were tried. */
interface Place<State> {
  readonly state: State;
  readonly choices: readonly number[];
  tried: number;
  /** Operations that were taken out before this place was entered. */
  readonly takenBefore: number;
}

/** Gives up after `mostSteps` places. */
export function search<State extends { readonly version: number }>(
  history: readonly Operation[],
  model: Model<State>,
  mostSteps: number,
): Found {
  const calls = callsOf(history);
  // An operation that has not returned need not have happened.
  const isOwed = history.map(({ returned }) => Number.isFinite(returned));
  const ranks = history.map((operation) => model.rank(operation));
  let owed = isOwed.filter(Boolean).length;
  const done = markedSet();
  const taken: { readonly operation: number; readonly happened: boolean }[] = [];
  const seen = new Set<string>();
  const path: Place<State>[] = [];
  let steps = 0;
  let reached = 0;

  const take = (operation: number, happened: boolean) => {
    calls.takeOut(operation);
    done.toggle(operation);
    if (isOwed[operation]) owed--;
    taken.push({ operation, happened });
  };
  const goBackTo = (before: number) => {
    while (taken.length > before) {
      const last = taken.pop();
      if (last === undefined) return;
      calls.putBack(last.operation);
      done.toggle(last.operation);
      if (isOwed[last.operation]) owed++;
    }
  };
  const byPromise = (a: number, b: number) => {
    const [rankOfA = 0, rankOfB = 0] = [ranks[a], ranks[b]];
    // Ranks may be infinite, so they are compared and not subtracted.
    return Number(isOwed[b]) - Number(isOwed[a]) ||
      Number(rankOfA > rankOfB) - Number(rankOfA < rankOfB);
  };

  /** Whether it is not known if it happened, and it matters: what it left behind is remembered. */
  const isOpen = ({ answered }: Operation, before: State, after: State) =>
    answered.kind === "unknown" && model.key(before) !== model.key(after);

  /**
   * Does what may be done at once, and gathers in `choices` what may be next. The state then, or
   * undefined when something has no place any more.
   */
  function settle(arrived: State, choices: number[]): State | undefined {
    let state = arrived;
    let isRefusalNew = false;
    for (const at of calls.open()) {
      const operation = history[at];
      if (operation === undefined) continue;
      const next = model.step(state, operation);
      if (next === undefined) {
        if (model.isPossible(state, operation)) continue;
        if (isOwed[at]) return undefined;
        take(at, false);
      } else if (next.version === state.version && !isOpen(operation, state, next)) {
        isRefusalNew ||= next !== state && operation.answered.kind === "refused";
        state = next;
        take(at, isOwed[at] === true);
      } else choices.push(at);
    }
    if (!isRefusalNew) return state;
    // It is remembered by its key now, which may settle what came before it in the row.
    choices.length = 0;
    return settle(state, choices);
  }

  /** False when there is nothing to be found from here; else the path goes on with this place. */
  function enter(arrived: State, takenBefore: number): boolean {
    const choices: number[] = [];
    const state = settle(arrived, choices);
    if (state === undefined) return false;
    const place = `${done.mark} ${model.key(state)}`;
    if (seen.has(place)) return false;
    seen.add(place);
    reached = Math.max(reached, calls.waitsFor);
    if (choices.length > 1) choices.sort(byPromise);
    path.push({ state, choices, tried: 0, takenBefore });
    return true;
  }

  /** Whether what had to be tried first has no place after another was taken in its stead. */
  function shutsOut({ choices, tried }: Place<State>, next: State): boolean {
    const [first] = choices;
    const operation = first === undefined ? undefined : history[first];
    return tried > 1 && first !== undefined && isOwed[first] === true &&
      operation !== undefined && !model.isPossible(next, operation);
  }

  if (!enter(model.initial, 0)) return { kind: "none", reached, steps };
  while (owed > 0) {
    const place = path.at(-1);
    if (place === undefined) return { kind: "none", reached, steps };
    const choice = place.choices[place.tried++];
    if (choice === undefined) {
      path.pop();
      goBackTo(place.takenBefore);
      continue;
    }
    const operation = history[choice];
    const next = operation && model.step(place.state, operation);
    if (next === undefined || shutsOut(place, next)) continue;
    if (++steps > mostSteps) return { kind: "gave up", steps: mostSteps };
    const before = taken.length;
    take(choice, true);
    if (!enter(next, before)) goBackTo(before);
  }
  const order = taken.flatMap(({ operation, happened }) =>
    happened ? history[operation] ?? [] : []
  );
  return { kind: "order", order, steps };
}
