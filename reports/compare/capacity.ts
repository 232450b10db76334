/** Capacities compared: each was found between a load that is carried and one that is not. */
import { loadInWords } from "../capacity/outcome.ts";
import type { CapacityReport } from "../../suites/record/capacity/report.ts";
import type { Comparison, Row, Side } from "./row.ts";

type Runs = readonly CapacityReport[];

/** What a search found: at least `low`, and less than `high` where its end was seen. */
interface Found {
  readonly low: number;
  readonly high: number;
}

/** Two sides of searches for one capacity. */
export function compareCapacities(base: Runs, other: Runs, threshold: number): Comparison {
  const unfinished = [...base, ...other].filter(({ result }) => !result).length;
  return {
    kind: "capacity",
    base: sideOf(base),
    new: sideOf(other),
    notes: [],
    rows: rowsOf(base, other, threshold),
    ...(unfinished > 0 ? { incomplete: `${unfinished} of the searches did not end` } : {}),
  };
}

function sideOf(runs: Runs): Side {
  const [first] = runs;
  return {
    title: first ? `${first.target.title}: ${first.scenario.title}` : "",
    startedAt: first?.evidence.startedAt ?? "",
    runs: runs.length,
  };
}

/** Worse where the intervals lie apart, and their middles by more than the threshold. */
function rowsOf(base: Runs, other: Runs, threshold: number): Row[] {
  const [was, is] = [foundBy(base), foundBy(other)];
  const dimension = base[0]?.dimension ?? "connections";
  if (!was || !is) return [];
  const middle = ({ low, high }: Found) =>
    high === Infinity ? low : Math.sqrt(Math.max(1, low) * high);
  const share = middle(is) / Math.max(1, middle(was)) - 1;
  const isApart = is.high <= was.low || was.high <= is.low;
  const change = !isApart || Math.abs(share) <= threshold
    ? "noise"
    : share < 0
    ? "worse"
    : "better";
  return [{
    group: "Capacity",
    name: dimension,
    change,
    isRegression: change === "worse",
    base: inWords(was, dimension),
    new: inWords(is, dimension),
    difference: `${share < 0 ? "−" : "+"}${Math.round(Math.abs(share) * 100)}%`,
  }];
}

/** The interval that holds what every search of a side found. */
function foundBy(runs: Runs): Found | undefined {
  const found = runs.flatMap(({ result }): Found[] => {
    if (!result) return [];
    const low = "highest" in result ? result.highest?.load ?? 0 : 0;
    // Where the generator was the bound, or nothing higher was allowed, the end was not seen.
    const isSeen = result.kind === "found" || result.kind === "none";
    return [{ low, high: isSeen ? result.beyond.load : Infinity }];
  });
  if (found.length === 0) return undefined;
  return {
    low: Math.min(...found.map(({ low }) => low)),
    high: Math.max(...found.map(({ high }) => high)),
  };
}

function inWords({ low, high }: Found, dimension: CapacityReport["dimension"]): string {
  return high === Infinity
    ? `at least ${loadInWords(low, dimension)}`
    : `${loadInWords(low, dimension)}, not ${loadInWords(high, dimension)}`;
}
