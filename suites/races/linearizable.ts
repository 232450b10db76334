/**
 * Whether some order of a history's operations, one at a time, explains every answer and never puts
 * one before another that had returned before it was called: linearizability (Herlihy and Wing,
 * 1990), searched for as Wing and Gong do (1993), and not twice from the same place, as Lowe adds
 * (2017): a place is the set of operations that are done, and the state they led to.
 */
import type { Operation } from "./history.ts";
import type { Model } from "./model.ts";

export type Verdict =
  | { readonly linearizable: true; readonly order: readonly Operation[] }
  | { readonly linearizable: false; readonly smallest: readonly Operation[] }
  /** The search was given up; that is no pass. */
  | { readonly linearizable: "unknown"; readonly steps: number };

/** States looked at before the search is given up. */
const MOST_STEPS = 2_000_000;

/** Judges the history of one thing; histories of several are judged each by itself. */
export function judgeHistory<State>(
  history: readonly Operation[],
  model: Model<State>,
  mostSteps = MOST_STEPS,
): Verdict {
  const found = search(history, model, mostSteps);
  if (found.kind === "order") return { linearizable: true, order: found.order };
  if (found.kind === "gave up") return { linearizable: "unknown", steps: mostSteps };
  return { linearizable: false, smallest: smallest(history, model, mostSteps) };
}

type Found =
  | { readonly kind: "order"; readonly order: readonly Operation[] }
  | { readonly kind: "none" }
  | { readonly kind: "gave up" };

/** A call or a return in the order of time, linked so that an operation can be taken out and put back. */
interface Entry {
  readonly operation: number;
  readonly isReturn: boolean;
  previous: Entry;
  next: Entry | undefined;
}

function search<State>(
  history: readonly Operation[],
  model: Model<State>,
  mostSteps: number,
): Found {
  const { head, calls, returns } = linked(history);
  // An operation that has not returned need not have happened.
  const isOwed = history.map(({ returned }) => Number.isFinite(returned));
  let owed = isOwed.filter(Boolean).length;
  const marks = history.map((_, at) => markOf(at));
  const done = [0, 0, 0, 0];
  const toggle = (at: number) => {
    const mark = marks[at] ?? done;
    for (let part = 0; part < 4; part++) done[part] = (done[part] ?? 0) ^ (mark[part] ?? 0);
  };
  const seen = new Set<string>();
  const taken: { operation: number; before: State; isFree: boolean }[] = [];
  let state = model.initial;
  let entry = head.next;
  let steps = 0;

  /** An operation that was called by now, has returned, and leaves the state as it is. */
  function idleAt(state: State): number | undefined {
    for (let at = head.next; at !== undefined && !at.isReturn; at = at.next) {
      const operation = history[at.operation];
      if (operation === undefined || !isOwed[at.operation]) continue;
      if (model.step(state, operation) === state) return at.operation;
    }
    return undefined;
  }

  while (owed > 0) {
    if (++steps > mostSteps) return { kind: "gave up" };
    // What may be done now and changes nothing is done now: it can be in nobody's way. Without this,
    // every refusal would double the places there are.
    const free = entry === head.next ? idleAt(state) : undefined;
    if (free !== undefined) {
      toggle(free);
      taken.push({ operation: free, before: state, isFree: true });
      owed--;
      unlink(calls[free], returns[free]);
      entry = head.next;
      continue;
    }
    if (entry !== undefined && !entry.isReturn) {
      const at = entry.operation;
      const operation = history[at];
      const next = operation && model.step(state, operation);
      if (operation !== undefined && next !== undefined) {
        toggle(at);
        const place = `${done.join()} ${model.key(next)}`;
        if (!seen.has(place)) {
          seen.add(place);
          taken.push({ operation: at, before: state, isFree: false });
          state = next;
          if (isOwed[at]) owed--;
          unlink(calls[at], returns[at]);
          entry = head.next;
          continue;
        }
        toggle(at);
      }
      entry = entry.next;
      continue;
    }
    // What has returned must have been done by now: go back to the last step that had a choice.
    let last = taken.pop();
    while (last !== undefined) {
      state = last.before;
      toggle(last.operation);
      if (isOwed[last.operation]) owed++;
      relink(calls[last.operation], returns[last.operation]);
      if (!last.isFree) break;
      last = taken.pop();
    }
    if (last === undefined) return { kind: "none" };
    entry = calls[last.operation]?.next;
  }
  return { kind: "order", order: taken.flatMap(({ operation }) => history[operation] ?? []) };
}

function linked(history: readonly Operation[]) {
  const moments = history.flatMap(({ called, returned }, operation) => [
    { operation, isReturn: false, t: called },
    { operation, isReturn: true, t: returned },
  ]);
  // At one moment calls come first: two that touch in time overlap (closed intervals).
  moments.sort((a, b) => a.t === b.t ? Number(a.isReturn) - Number(b.isReturn) : a.t - b.t);
  const head: Entry = {
    operation: -1,
    isReturn: false,
    previous: undefined as unknown as Entry, // nothing comes before the head, and nobody asks
    next: undefined,
  };
  const calls: Entry[] = [];
  const returns: Entry[] = [];
  let last = head;
  for (const { operation, isReturn, t } of moments) {
    if (t === Infinity) continue;
    const entry: Entry = { operation, isReturn, previous: last, next: undefined };
    last.next = entry;
    last = entry;
    (isReturn ? returns : calls)[operation] = entry;
  }
  return { head, calls, returns };
}

function unlink(...entries: readonly (Entry | undefined)[]): void {
  for (const entry of entries) {
    if (entry === undefined) continue;
    entry.previous.next = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
  }
}

/** In the opposite order of taking out, so that neighbours fit again. */
function relink(call: Entry | undefined, returned: Entry | undefined): void {
  for (const entry of [returned, call]) {
    if (entry === undefined) continue;
    entry.previous.next = entry;
    if (entry.next) entry.next.previous = entry;
  }
}

/** 128 bits that stand for an operation; sets of operations are told apart by their exclusive or. */
function markOf(at: number): readonly number[] {
  let seed = Math.imul(at + 1, 0x9e3779b1);
  return [1, 2, 3, 4].map(() => {
    // The finalizer of MurmurHash3.
    seed = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
    seed = Math.imul(seed ^ (seed >>> 13), 0xc2b2ae35);
    seed = (seed ^ (seed >>> 16)) + 0x6d2b79f5 | 0;
    return seed;
  });
}

/**
 * The smallest part of a history that cannot be explained either: its shortest beginning, in which
 * what had not returned yet need not have happened, and of that only what is needed. Whatever made
 * a change stays, or the rest would mean something else.
 */
function smallest<State>(
  history: readonly Operation[],
  model: Model<State>,
  mostSteps: number,
): readonly Operation[] {
  const fails = (part: readonly Operation[]) => search(part, model, mostSteps).kind === "none";
  const ends = history.map(({ returned }) => returned).filter(Number.isFinite).sort((a, b) =>
    a - b
  );
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fails(until(history, ends[middle] ?? Infinity))) high = middle;
    else low = middle + 1;
  }
  let part = until(history, ends[low] ?? Infinity);
  const idle = part.filter(({ answered, returned }) =>
    answered.kind !== "agreed" || !Number.isFinite(returned)
  );
  // Halves of what may go, then halves of those: few need to stay, and each try is a whole search.
  const queue: (readonly Operation[])[] = idle.length === 0 ? [] : [idle];
  for (let some = queue.pop(); some !== undefined; some = queue.pop()) {
    const gone = new Set(some);
    const without = part.filter((one) => !gone.has(one));
    if (fails(without)) part = without;
    else if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      queue.push(some.slice(0, half), some.slice(half));
    }
  }
  return part;
}

/** What had been asked by then; what had not returned yet may have been done by then, or later. */
function until(history: readonly Operation[], t: number): readonly Operation[] {
  return history.filter(({ called }) => called <= t)
    .map((operation) => operation.returned <= t ? operation : { ...operation, returned: Infinity });
}
