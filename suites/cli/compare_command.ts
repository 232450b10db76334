/** `compare`: what changed from one run to another, or from several to several. */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { compareRuns, outcomeOf, sideInWords, wordsOf } from "../../reports/compare/compare.ts";
import { readRuns } from "../../reports/compare/read.ts";
import type { Change, Comparison, Row } from "../../reports/compare/row.ts";
import { writeComparison } from "../../reports/compare/views.ts";
import type { Destinations } from "../../reports/kit/views.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import type { FailOn } from "../record/fail_on.ts";
import { visibleLine } from "../record/visible.ts";
import { thresholdsOf } from "./thresholds.ts";
import { requireWritable } from "./writable.ts";

export interface CompareCommand extends Destinations {
  readonly base: string;
  readonly new: string;
  readonly failOn: FailOn;
  /** `latency=15%`. */
  readonly threshold: readonly string[];
  /** A file of thresholds. */
  readonly thresholds?: string;
}

/** Rows of one kind of change that are shown; the reports have all of them. */
const SHOWN = 20;
const NAMES: readonly Change[] = ["unknown", "same", "noise", "gone", "better", "fixed", "new"];

/** Compares, writes the reports, and says what changed: regressions last. */
export async function compareCommand(
  options: CompareCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const thresholds = await thresholdsOf(options.threshold, options.thresholds);
  const [base, other] = await Promise.all([readRuns(options.base), readRuns(options.new)]);
  const comparison = compareRuns(base, other, { failOn: options.failOn, thresholds });
  await requireWritable(options);
  const written = await writeComparison(comparison, options);
  write(linesOf(comparison, written).map((line) => `${line}\n`).join(""));
  return exitCode([
    ...(comparison.rows.some(({ isRegression }) => isRegression) ? [EXIT.failed] : []),
    ...(comparison.incomplete === undefined ? [] : [EXIT.incomplete]),
  ]);
}

function linesOf(comparison: Comparison, written: readonly string[]): string[] {
  const { rows, notes, incomplete } = comparison;
  const rest = rows.filter(({ isRegression }) => !isRegression);
  const ordered = rest.toSorted((a, b) => NAMES.indexOf(a.change) - NAMES.indexOf(b.change));
  const regressions = rows.filter(({ isRegression }) => isRegression);
  return [
    `base ${visibleLine(sideInWords(comparison.base))}`,
    `new  ${visibleLine(sideInWords(comparison.new))}`,
    ...notes.map((note) => dim(visibleLine(note))),
    ...[...Map.groupBy(ordered, ({ change }) => change).values()].flatMap(shown),
    ...written.map((path) => dim(`  ${path}`)),
    ...shown(regressions),
    ...(incomplete === undefined ? [] : [red(`Not complete: ${visibleLine(incomplete)}`)]),
    bold(outcomeOf(comparison)),
  ];
}

function shown(rows: readonly Row[]): string[] {
  const more = rows.length - SHOWN;
  return [
    ...rows.slice(0, SHOWN).map(line),
    ...(more > 0 ? [dim(`        and ${more} more in the report`)] : []),
  ];
}

function line(row: Row): string {
  const text = `${row.change.padEnd(8)}${visibleLine(`${row.name}: ${wordsOf(row)}`)}`;
  if (row.isRegression) return red(text);
  if (row.change === "fixed" || row.change === "better") return green(text);
  return row.change === "new" || row.change === "gone" ? yellow(text) : text;
}
