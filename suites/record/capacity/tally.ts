/** The runs of a search for a capacity, counted by load. */

/** How a run went: `generator` where the figures are the generator's and say nothing of the target. */
export type Outcome = "met" | "missed" | "generator";

export interface TriedLoad {
  readonly load: number;
  readonly outcome: Outcome;
}

/** What was seen at one load. */
export interface Tally {
  readonly load: number;
  /** Those that say something of the target, and how many of them met the objectives. */
  readonly runs: number;
  readonly met: number;
  /** Those that say nothing of it. */
  readonly unknown: number;
  readonly verdict: Outcome;
}

/**
 * What was seen at each load, from the lowest. What is not met more often than not is not met; runs
 * that the generator limited count neither way.
 */
export function tally(trials: readonly TriedLoad[]): Tally[] {
  const byLoad = Map.groupBy(trials, ({ load }) => load);
  return [...byLoad].toSorted(([one], [other]) => one - other).map(([load, all]) => {
    const count = (wanted: Outcome) => all.filter(({ outcome }) => outcome === wanted).length;
    const [met, unknown] = [count("met"), count("generator")];
    const runs = all.length - unknown;
    const verdict = runs === 0 ? "generator" : met > runs / 2 ? "met" : "missed";
    return { load, runs, met, unknown, verdict };
  });
}
