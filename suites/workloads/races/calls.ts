/** The calls and returns of a history in the order of time, from which operations can be taken out and put back. */
import type { Operation } from "./history.ts";

interface Entry {
  readonly operation: number;
  readonly isReturn: boolean;
  previous: Entry | undefined;
  next: Entry | undefined;
}

/** What has not been done yet of a history. Operations are told by their places in it. */
export interface Calls {
  /**
   * What was called before anything else of it returned, in the order of the calls. The one at hand
   * may be taken out.
   */
  open(): Iterable<number>;
  /** How many operations had returned by when the first of those that are left does. */
  readonly waitsFor: number;
  takeOut(operation: number): void;
  /** In the opposite order of taking out. */
  putBack(operation: number): void;
}

export function callsOf(history: readonly Operation[]): Calls {
  const moments = history.flatMap(({ called, returned }, operation) => [
    { operation, isReturn: false, t: called },
    ...(Number.isFinite(returned) ? [{ operation, isReturn: true, t: returned }] : []),
  ]);
  // At one moment calls come first: two that touch in time overlap (closed intervals).
  moments.sort((a, b) => a.t === b.t ? Number(a.isReturn) - Number(b.isReturn) : a.t - b.t);
  const head: Entry = { operation: -1, isReturn: false, previous: undefined, next: undefined };
  const calls: Entry[] = [];
  const returns: Entry[] = [];
  const places: number[] = [];
  let last = head;
  let returned = 0;
  for (const { operation, isReturn } of moments) {
    const entry: Entry = { operation, isReturn, previous: last, next: undefined };
    last.next = entry;
    last = entry;
    (isReturn ? returns : calls)[operation] = entry;
    if (isReturn) places[operation] = returned++;
  }
  const out = (entry: Entry | undefined) => {
    if (entry?.previous) entry.previous.next = entry.next;
    if (entry?.next) entry.next.previous = entry.previous;
  };
  const back = (entry: Entry | undefined) => {
    if (entry?.previous) entry.previous.next = entry;
    if (entry?.next) entry.next.previous = entry;
  };
  return {
    *open() {
      let before = head;
      for (let entry = head.next; entry !== undefined && !entry.isReturn; entry = before.next) {
        yield entry.operation;
        // Unless it was taken out meanwhile.
        if (before.next === entry) before = entry;
      }
    },
    get waitsFor() {
      let entry = head.next;
      while (entry !== undefined && !entry.isReturn) entry = entry.next;
      return entry === undefined ? returned : places[entry.operation] ?? returned;
    },
    takeOut(operation) {
      out(calls[operation]);
      out(returns[operation]);
    },
    putBack(operation) {
      back(returns[operation]);
      back(calls[operation]);
    },
  };
}
