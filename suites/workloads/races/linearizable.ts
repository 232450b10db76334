/**
 * Whether some order of a history's operations, one at a time, explains every answer and is
 * consistent with real time: linearizability (Herlihy and Wing, 1990). What happens to one lot says
 * nothing of another, so each lot's history is judged by itself (P-compositionality: Horn and
 * Kroening, 2015).
 */
import type { Operation } from "./history.ts";
import type { Model } from "./model.ts";
import { search } from "./search.ts";

export type Verdict =
  | { readonly linearizable: true; readonly order: readonly Operation[] }
  | { readonly linearizable: false; readonly smallest: readonly Operation[] }
  /** The search was given up; that is no pass. */
  | { readonly linearizable: "unknown"; readonly steps: number };

/** Places looked at before the search is given up. */
const MOST_STEPS = 2_000_000;
/** What looking for the smallest part that is wrong may cost; a long history's is not worth more. */
const STEPS_FOR_LESS = 50_000;

/** Judges the history of one thing; histories of several are judged each by itself. */
export function judgeHistory<State extends { readonly version: number }>(
  history: readonly Operation[],
  model: Model<State>,
  mostSteps = MOST_STEPS,
): Verdict {
  const found = search(history, model, mostSteps);
  if (found.kind === "order") return { linearizable: true, order: found.order };
  if (found.kind === "gave up") return { linearizable: "unknown", steps: mostSteps };
  let left = STEPS_FOR_LESS;
  const isWrong = (part: readonly Operation[]) => {
    if (left <= 0) return "unknown";
    const { kind, steps } = search(part, model, left);
    // Every operation is looked at, in however few steps.
    left -= steps + part.length;
    return kind === "gave up" ? "unknown" : kind === "none";
  };
  return { linearizable: false, smallest: smallest(history, found.reached, isWrong) };
}

/**
 * The smallest part of a history that cannot be explained either: its shortest beginning, in which
 * what had not returned yet need not have happened, and of that only what is needed. Whatever made
 * a change stays, or the rest would mean something else. Looked for from where the search came to
 * its end, after `reached` returns, for as long as `isWrong` tells.
 */
function smallest(
  history: readonly Operation[],
  reached: number,
  isWrong: (part: readonly Operation[]) => boolean | "unknown",
): readonly Operation[] {
  const ends = history.map(({ returned }) => returned).filter(Number.isFinite)
    .sort((a, b) => a - b);
  const beginning = (at: number) => until(history, ends[at] ?? Infinity);
  // Beginnings up to `low` are right, those up to `high` are wrong.
  let [low, high] = [-1, ends.length - 1];
  // Away from there in growing strides, until one side is right and the other is wrong.
  let [at, stride] = [Math.min(reached, high), 1];
  while (high - low > 1) {
    const wrong = isWrong(beginning(at));
    if (wrong === "unknown") break;
    if (wrong) high = at;
    else low = at;
    const next = wrong ? high - stride : low + stride;
    at = next > low && next < high ? next : Math.floor((low + high) / 2);
    stride *= 4;
  }
  let part = beginning(high);
  const idle = part.filter(({ answered, returned }) =>
    answered.kind !== "agreed" || !Number.isFinite(returned)
  );
  // Halves of what may go, then halves of those: few need to stay, and each try is a whole search.
  const queue: (readonly Operation[])[] = idle.length === 0 ? [] : [idle];
  for (let some = queue.pop(); some !== undefined; some = queue.pop()) {
    const gone = new Set(some);
    const without = part.filter((one) => !gone.has(one));
    const wrong = isWrong(without);
    if (wrong === "unknown") break;
    if (wrong) part = without;
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
