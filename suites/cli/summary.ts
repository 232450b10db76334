/** What a run says at its end: the scores, what is expected or stale, and where the reports are. */
import { bold, dim, red, yellow } from "@std/fmt/colors";
import { headline } from "../../reports/check/outcome.ts";
import type { RunView } from "../record/check/read.ts";
import { judgedRequirements, scoresOf } from "../../reports/check/scores.ts";
import { scoreLines } from "../../reports/check/summary.ts";
import type { Checked } from "./check.ts";

/** The lines of the summary, with the reports that were written. */
export function summary(checked: Checked, view: RunView, written: readonly string[]): string {
  const table = scoreLines(scoresOf(judgedRequirements(view))).map((line) => `  ${line}`);
  const { surprising, stale } = checked.comparison;
  const notes = [
    ...(checked.incomplete ? [red(`Not complete: ${checked.incomplete}`)] : []),
    ...stale.map((entry) =>
      yellow(
        `Stale: ${entry.scenario} ${entry.requirement} is expected to fail and passes; take it off the list (line ${entry.line})`,
      )
    ),
    ...checked.staleKnown.map((id) =>
      yellow(`Stale: ${id} is listed as known and passes; take it out of the target file`)
    ),
    ...(surprising.length > 0
      ? [
        red(
          `${surprising.length} failed ${
            surprising.length === 1 ? "check" : "checks"
          } that nothing expected`,
        ),
      ]
      : []),
  ];
  return [bold(headline(view)), ...table, ...notes, ...written.map((path) => dim(`  ${path}`)), ""]
    .join("\n");
}
