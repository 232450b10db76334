/** What a run says at its end: its causes, the scores, what is expected or stale, where the reports are. */
import { bold, dim, red, yellow } from "@std/fmt/colors";
import { headline } from "../../reports/check/outcome.ts";
import { judgedRequirements, scoresOf } from "../../reports/check/scores.ts";
import { scoreLines } from "../../reports/check/summary.ts";
import { type CauseOfFailure, causesOf } from "../record/causes.ts";
import type { Musts } from "../record/check/musts.ts";
import type { RunView } from "../record/check/read.ts";
import { counting } from "../record/numbers.ts";
import { shortened, visibleLine } from "../record/visible.ts";
import type { Checked } from "./check.ts";

/** Characters of a message that are shown; the reports have all of it. */
const MESSAGE = 300;
/** Causes that are shown; the reports have all of them. */
const CAUSES = 60;

/** The lines of the summary, with the reports that were written. */
export function summary(checked: Checked, view: RunView, written: readonly string[]): string {
  const causes = causesOf(checked.results.values());
  const table = scoreLines(scoresOf(judgedRequirements(view))).map((line) => `  ${line}`);
  const { surprising, stale } = checked.comparison;
  const failed = new Set(surprising.map(({ requirement }) => requirement)).size;
  const notes = [
    ...(checked.incomplete ? [red(`Not complete: ${visibleLine(checked.incomplete)}`)] : []),
    ...stale.map((entry) =>
      yellow(
        `Stale: ${entry.scenario} ${entry.requirement} is expected to fail and passes; take it off the list (line ${entry.line})`,
      )
    ),
    ...checked.staleKnown.map((id) =>
      yellow(`Stale: ${id} is listed as known and passes; take it out of the target file`)
    ),
    ...(failed > 0
      ? [
        red(
          `${counting(failed, "requirement")} broken that nothing expected (${
            counting(surprising.length, "check")
          })`,
        ),
      ]
      : []),
  ];
  const more = causes.length - CAUSES;
  return [
    ...causes.slice(0, CAUSES).flatMap(causeLines),
    ...(more > 0 ? [dim(`… and ${counting(more, "cause")} more in the report`)] : []),
    bold(headline(view)),
    `  ${mustsLine(checked.musts)}`,
    ...table,
    ...notes,
    ...written.map((path) => dim(`  ${path}`)),
    "",
  ].join("\n");
}

/** `judged 230 of 240 musts; 8 skipped for want of: webhooks, apps.second`. */
export function mustsLine({ selected, judged, blocked, skipped, unjudged }: Musts): string {
  const count = [...skipped.values()].reduce((sum, one) => sum + one, 0);
  return [
    `judged ${judged} of ${counting(selected, "must")}`,
    ...(blocked.length > 0 ? [`${blocked.length} blocked by a cause`] : []),
    ...(unjudged.length > 0 ? [`${unjudged.length} unjudged`] : []),
    ...(count > 0 ? [`${count} skipped for want of: ${[...skipped.keys()].join(", ")}`] : []),
  ].join("; ");
}

/** One cause: the requirement and what differs, where it was seen, and what it blocks. */
function causeLines(
  { requirement, level, verdict, observation, kind, evidence, blocks }: CauseOfFailure,
) {
  const first = evidence[0];
  const sign = verdict === "fail" || verdict === "flaky" ? red(verdict) : yellow(verdict);
  const cases = new Set(blocks.map((place) => place.case)).size;
  return [
    `${sign} ${bold(requirement)} ${level}, ${kind}: ${observation} (${
      counting(evidence.length, "check")
    })`,
    ...(first
      ? [`    ${visibleLine(shortened(first.check.message, MESSAGE))}`, dim(`    ${first.case}`)]
      : []),
    ...(blocks.length > 0
      ? [dim(`    blocks ${counting(blocks.length, "check")} in ${counting(cases, "scenario")}`)]
      : []),
  ];
}
