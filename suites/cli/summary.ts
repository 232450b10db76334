/** What a run says at its end: its causes, the scores, what is expected or stale, where the reports are. */
import { bold, dim, red, yellow } from "@std/fmt/colors";
import { catalogueNote, headline } from "../../reports/check/outcome.ts";
import { judgedRequirements, scoresOf } from "../../reports/check/scores.ts";
import { newFailures } from "../../reports/check/new_failures.ts";
import { scoreLines } from "../../reports/check/summary.ts";
import { type CauseOfFailure, causesOf, type Placed } from "../record/causes.ts";
import type { Musts } from "../record/check/musts.ts";
import type { RunView } from "../record/check/read.ts";
import { counting } from "../record/numbers.ts";
import { shortened, visibleLine } from "../record/visible.ts";
import { causeLines } from "./cause_lines.ts";
import type { Checked } from "./check.ts";

/** Causes that are shown; the reports have all of them. */
const CAUSES = 60;

/** New causes that the last lines name; the reports have all of them. */
const NAMED = 10;
/** Characters of what such a line says. */
const SENTENCE = 160;

/** The lines of the summary, with the reports that were written. What is new comes first, and again last. */
export function summary(checked: Checked, view: RunView, written: readonly string[]): string {
  const all = causesOf(checked.results.values());
  const causes = all.filter(({ verdict }) => verdict !== "expected");
  const expected = all.filter(({ verdict }) => verdict === "expected");
  const table = scoreLines(scoresOf(judgedRequirements(view))).map((line) => `  ${line}`);
  const note = catalogueNote(view);
  const notes = [
    ...(note === undefined ? [] : [dim(`Catalogue of ${note}`)]),
    ...(checked.incomplete ? [red(`Not complete: ${visibleLine(checked.incomplete)}`)] : []),
    ...checked.comparison.stale.map((entry) =>
      yellow(
        `Stale: ${entry.scenario} ${entry.requirement} is expected to fail and passes; take it off the list (line ${entry.line})`,
      )
    ),
    ...checked.staleKnown.map((id) =>
      yellow(`Stale: ${id} is listed as known and passes; take it out of the target file`)
    ),
  ];
  const more = causes.length - CAUSES;
  return [
    ...causes.slice(0, CAUSES).flatMap((cause) => causeLines(cause, view)),
    ...(more > 0 ? [dim(`… and ${counting(more, "cause")} more in the report`)] : []),
    ...(expected.length > 0 ? [dim(expectedLine(expected))] : []),
    bold(headline(view)),
    `  ${mustsLine(checked.musts)}`,
    ...table,
    ...notes,
    ...written.map((path) => dim(`  ${path}`)),
    ...brokenLines(checked, view),
    "",
  ].join("\n");
}

/** `expected: 3 causes of P-099, P-113`. */
function expectedLine(causes: readonly CauseOfFailure[]): string {
  const ids = [...new Set(causes.map(({ requirement }) => requirement))].toSorted();
  return `expected: ${counting(causes.length, "cause")} of ${ids.join(", ")}`;
}

/** What makes the run fail, by name: what no baseline lists, each cause in a line. */
function brokenLines({ comparison: { surprising } }: Checked, view: RunView): string[] {
  if (surprising.length === 0) return [];
  const failures = newFailures(view);
  const requirements = counting(
    new Set(surprising.map(({ requirement }) => requirement)).size,
    "requirement",
  );
  const checks = counting(surprising.length, "check");
  if (!failures) return [red(`${requirements} broken (${checks})`)];
  const causes = Map.groupBy(
    failures,
    ({ check: { requirement, observation, uncoveredBy } }) =>
      [requirement, observation, uncoveredBy].join("\n"),
  );
  const named = [...causes.values()].slice(0, NAMED);
  const left = causes.size - named.length;
  return [
    red(`New, and not in ${view.baseline?.file}: ${requirements} broken (${checks})`),
    ...named.flatMap((places) => newLine(places)),
    ...(left > 0 ? [red(`  and ${counting(left, "cause")} more`)] : []),
  ];
}

/** `P-152 (uncovered by the fix of P-076) in cache/misses/every-time and 1 scenario more: pusher:cache_miss`. */
function newLine([first, ...rest]: readonly Placed[]): string[] {
  if (!first) return [];
  const { case: id, check: { requirement, uncoveredBy, observation, message } } = first;
  const origin = uncoveredBy === undefined ? "" : ` (uncovered by the fix of ${uncoveredBy})`;
  const others = new Set(rest.map((place) => place.case)).size;
  const more = others === 0 ? "" : ` and ${counting(others, "scenario")} more`;
  const what = visibleLine(shortened(observation ?? message, SENTENCE));
  return [red(`  ${requirement}${origin} in ${id}${more}: ${what}`)];
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
