/**
 * The search for the highest load that a target carries: in steps that double until one is missed,
 * then by halving the gap, then by repeating both ends of it, because one run proves little. If the
 * repeats overturn an end, the search goes on from there.
 *
 * It is a pure function of what was seen so far, so that it can be tried on servers that are
 * functions too.
 */
import { type Tally, tally, type TriedLoad } from "../record/capacity/tally.ts";

export interface Search {
  /** The load that is tried first. */
  readonly from: number;
  readonly max: number;
  /** How often each end of the gap is run. */
  readonly repeats: number;
}

export type Result =
  /** The highest load that is met, and the next one tried, which is not. */
  | { readonly kind: "found"; readonly highest: Tally; readonly beyond: Tally }
  /** Met, and what was tried beyond it is more than the generator can make. */
  | { readonly kind: "generator"; readonly highest?: Tally; readonly beyond: Tally }
  /** Met at the most that may be tried. */
  | { readonly kind: "max"; readonly highest: Tally }
  /** Not met at the least that was tried. */
  | { readonly kind: "none"; readonly beyond: Tally };

export type Next = { readonly run: number } | { readonly result: Result };

/** The gap, relative to its lower end, that is close enough. */
const PRECISION = 0.05;
/** A generator may stumble; one that does so often at one load has reached its limit. */
const GENERATOR_FAILURES = 3;

/** What to run next, or what was found. */
export function nextStep(trials: readonly TriedLoad[], search: Search): Next {
  const tallies = tally(trials);
  // Nothing above the lowest that was not met counts: it was luck, or the repeats will tell.
  const beyond = tallies.find(({ verdict }) => verdict !== "met");
  const highest = tallies.findLast(({ load, verdict }) =>
    verdict === "met" && load < (beyond?.load ?? Infinity)
  );
  if (beyond?.verdict === "generator" && beyond.unknown < GENERATOR_FAILURES) {
    return { run: beyond.load };
  }
  const open = between(highest, beyond, search);
  if (open !== undefined) return { run: open };
  for (const end of [highest, beyond]) {
    const wanting = end && end.verdict !== "generator" && end.runs < search.repeats;
    if (wanting && end.unknown < GENERATOR_FAILURES) return { run: end.load };
  }
  return { result: resultOf(highest, beyond) };
}

/** The load that narrows the gap most, or `undefined` where it is narrow enough. */
function between(
  highest: Tally | undefined,
  beyond: Tally | undefined,
  { from, max }: Search,
): number | undefined {
  if (!beyond) {
    if (!highest) return Math.min(from, max);
    return highest.load < max ? Math.min(highest.load * 2, max) : undefined;
  }
  if (!highest) {
    const less = Math.floor(beyond.load / 2);
    return less < 1 ? undefined : less;
  }
  // To know better where the generator's limit is says nothing of the target.
  if (beyond.verdict === "generator" || beyond.load <= highest.load * (1 + PRECISION)) {
    return undefined;
  }
  const middle = Math.round(Math.sqrt(highest.load * beyond.load));
  return middle > highest.load && middle < beyond.load ? middle : undefined;
}

function resultOf(highest: Tally | undefined, beyond: Tally | undefined): Result {
  if (beyond?.verdict === "generator") {
    return { kind: "generator", beyond, ...(highest ? { highest } : {}) };
  }
  if (highest) return beyond ? { kind: "found", highest, beyond } : { kind: "max", highest };
  if (!beyond) throw new Error("a search that has run nothing has no result");
  return { kind: "none", beyond };
}
