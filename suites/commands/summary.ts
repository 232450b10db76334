/** What a run says at its end: the scores, what is expected or stale, and where the reports are. */
import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { headline } from "../../reports/outcome.ts";
import type { RunView } from "../../reports/read.ts";
import { judgedRequirements, scoresOf, SERVER_SCORES } from "../../reports/scores.ts";
import type { Checked } from "./check.ts";

/** The lines of the summary, with the reports that were written. */
export function summary(checked: Checked, view: RunView, written: readonly string[]): string {
  const scores = scoresOf(judgedRequirements(view));
  const table = SERVER_SCORES.map((name) => {
    const { passed, failed, warned, known, notOffered, skipped, untested, of } = scores[name];
    const rest = [
      failed > 0 ? red(`${failed} failed`) : "",
      warned > 0 ? yellow(`${warned} warned`) : "",
      known > 0 ? `${known} known` : "",
      notOffered > 0 ? `${notOffered} not offered` : "",
      skipped > 0 ? `${skipped} skipped` : "",
      untested > 0 ? dim(`${untested} not tested in this run`) : "",
    ].filter((part) => part !== "");
    return `  ${name.padEnd(14)}${green(`${String(passed).padStart(3)} passed`)} of ${of}${
      rest.length > 0 ? `  (${rest.join(", ")})` : ""
    }`;
  });
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
