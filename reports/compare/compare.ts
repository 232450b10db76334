/** Two sides of one kind, compared. */
import type { FailOn } from "../../suites/record/fail_on.ts";
import { counting } from "../../suites/record/numbers.ts";
import { UsageError } from "../../suites/record/usage_error.ts";
import { compareCapacities } from "./capacity.ts";
import { compareChecks } from "./check.ts";
import { compareLoads, loadOf } from "./load.ts";
import type { Runs } from "./read.ts";
import type { Comparison, Row, Thresholds } from "./row.ts";

export interface Asked {
  readonly failOn: FailOn;
  readonly thresholds: Thresholds;
}

/**
 * Compares two sides.
 *
 * @throws {UsageError} when they are of different kinds, or runs of different loads.
 */
export function compareRuns(base: Runs, other: Runs, { failOn, thresholds }: Asked): Comparison {
  if (base.kind === "check" && other.kind === "check") {
    return compareChecks(base.runs, other.runs, failOn);
  }
  if (base.kind === "load" && other.kind === "load") {
    if (new Set([...base.runs, ...other.runs].map(loadOf)).size > 1) {
      throw new UsageError("the runs had different loads, whose figures say nothing of each other");
    }
    return compareLoads(base.runs, other.runs, thresholds);
  }
  if (base.kind === "capacity" && other.kind === "capacity") {
    const searches = [...base.runs, ...other.runs].map(({ scenario, dimension, objectives }) =>
      JSON.stringify([scenario.name, dimension, objectives])
    );
    if (new Set(searches).size > 1) {
      throw new UsageError("the searches raised different loads, or had different objectives");
    }
    return compareCapacities(base.runs, other.runs, thresholds.capacity);
  }
  throw new UsageError(`a ${base.kind} cannot be compared with a ${other.kind}`);
}

export const regressionsOf = ({ rows }: Comparison): Row[] =>
  rows.filter(({ isRegression }) => isRegression);

/** What a comparison comes to. */
export function outcomeOf(comparison: Comparison): string {
  const regressions = regressionsOf(comparison).length;
  const better = comparison.rows.filter(({ change }) => change === "fixed" || change === "better");
  const parts = [
    regressions > 0 ? counting(regressions, "regression") : "No regression",
    ...(better.length > 0 ? [counting(better.length, "improvement")] : []),
    ...(comparison.incomplete === undefined ? [] : ["not complete"]),
  ];
  return parts.join("; ");
}

/** A side in a line: `soketi 1.6.1, 2026-03-01 12:00:00 UTC, 3 runs`. */
export const sideInWords = (
  { title, startedAt, runs }: Comparison["base"],
): string => `${title}, ${startedAt}${runs > 1 ? `, ${counting(runs, "run")}` : ""}`;

/** What a row says beside its name. */
export function wordsOf({ base, new: other, difference, detail }: Row): string {
  return [
    ...(base === undefined || other === undefined ? [] : [`${base} → ${other}`]),
    ...(difference === undefined ? [] : [difference]),
    ...(detail === undefined ? [] : [detail]),
  ].join(", ");
}
