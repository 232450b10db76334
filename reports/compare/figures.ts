/** Figures of two sides as rows: each with its difference, its interval, and what that comes to. */
import { significant } from "../../suites/record/numbers.ts";
import { type Difference, differenceOf, type Figure, isBeyond, together } from "./difference.ts";
import type { Row } from "./row.ts";

/** One figure of both sides, run by run. */
export interface Pair {
  readonly group: Row["group"];
  readonly name: string;
  readonly base: readonly Figure[];
  readonly new: readonly Figure[];
  /** What must be exceeded for a difference to count. */
  readonly threshold: number;
  /** How much runs differ where too few tell it: a standard deviation of their logarithms. */
  readonly assumed: number;
  readonly inWords: (value: number) => string;
}

/** A row for each pair that both sides have; more is worse. Intervals hold for all of them together. */
export function figureRows(pairs: readonly Pair[]): Row[] {
  const both = pairs.flatMap((pair) => {
    const [base, other] = [together(pair.base, pair.assumed), together(pair.new, pair.assumed)];
    return base && other ? [{ pair, base, other }] : [];
  });
  const judged =
    both.filter(({ base, other }) => base.variance !== undefined && other.variance !== undefined)
      .length;
  return both.map(({ pair: { group, name, threshold, inWords }, base, other }) => {
    const difference = differenceOf(base, other, judged);
    const change = changeOf(difference, threshold);
    return {
      group,
      name,
      change,
      isRegression: change === "worse",
      base: inWords(base.value),
      new: inWords(other.value),
      difference: differenceInWords(difference),
    };
  });
}

function changeOf(difference: Difference, threshold: number): Row["change"] {
  if (!difference.interval) return "unknown";
  if (!isBeyond(difference, threshold)) return "noise";
  return difference.share > 0 ? "worse" : "better";
}

/** `+12% (+8% to +16%)`. */
function differenceInWords({ share, interval }: Difference): string {
  const words = signed(share);
  return interval ? `${words} (${signed(interval.low)} to ${signed(interval.high)})` : words;
}

function signed(share: number): string {
  const percent = share * 100;
  const rounded = Math.abs(percent) >= 10 ? Math.round(percent) : Number(percent.toPrecision(2));
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : "±"}${significant(Math.abs(rounded))}%`;
}
