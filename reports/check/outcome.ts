/** What a run comes to, in the words every report opens with. */
import { type CauseOfFailure, causesOf } from "../../suites/record/causes.ts";
import { counting } from "../../suites/record/numbers.ts";
import type { CheckResult, Verdict } from "../../suites/record/verdict.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";
import type { Judged } from "./scores.ts";

/** A check and the scenario it stands in. */
export interface Finding {
  readonly of: CaseView;
  readonly check: CheckResult;
}

/**
 * Every check of one verdict, in the order the scenarios were told. What a scenario says several
 * times in the same words is found once.
 */
export function findings(view: RunView, verdict: Verdict): Finding[] {
  return view.cases.flatMap((of) => {
    const said = (of.result?.checks ?? []).filter((check) => check.verdict === verdict)
      .map((check) => [`${check.requirement} ${check.message}`, { of, check }] as const);
    return [...new Map(said.toReversed()).values()].reverse();
  });
}

/** The causes of these verdicts, each once, with the checks that show it and those it blocks. */
export function causes(view: RunView, verdicts: readonly Verdict[]): CauseOfFailure[] {
  return causesOf(view.cases.flatMap(({ result }) => result ?? []))
    .filter(({ verdict }) => verdicts.includes(verdict));
}

/** How many requirements have a cause of these verdicts; the one number of failures in every report. */
function countOf(view: RunView, ...verdicts: readonly Verdict[]): number {
  return new Set(causes(view, verdicts).map(({ requirement }) => requirement)).size;
}

/** A run is complete when it said so itself. */
export function isComplete(view: RunView): boolean {
  return view.finish?.complete ?? false;
}

/** Why a run is not complete; undefined when it is. */
export function whyIncomplete(view: RunView): string | undefined {
  if (!view.finish) return "The run was killed before it could finish.";
  return view.finish.complete ? undefined : view.finish.reason ?? "The run ended early.";
}

/** Scenarios the run ended before judging. */
export function unjudged(view: RunView): CaseView[] {
  return view.cases.filter((of) => of.result === undefined);
}

/** Milliseconds the run took: as it said itself, or up to the last thing it recorded. */
export function durationMs(view: RunView): number {
  if (view.finish) return view.finish.durationMs;
  let last = view.apart.at(-1)?.t ?? 0;
  for (const { evidence } of view.cases) last = Math.max(last, evidence.at(-1)?.t ?? 0);
  return last;
}

/** Deviations the target file lists, of requirements that held in this run. */
export function staleDeviations(view: RunView, judged: readonly Judged[]): string[] {
  const held = new Set(
    judged.filter((row) => row.standing === "passed").map((row) => row.requirement.id),
  );
  return view.run.target.known.map((entry) => entry.requirement).filter((id) => held.has(id));
}

/** Scenarios that did not begin because the budget had not enough left. */
function leftOut(view: RunView): number {
  return view.cases.filter(({ result }) => result?.checks.some(({ want }) => want === "budget"))
    .length;
}

/** The run in one sentence. */
export function headline(view: RunView): string {
  const left = leftOut(view);
  const newer = view.run.catalogue?.newer.length ?? 0;
  return [
    whatFailed(view),
    ...(left === 0 ? [] : [`${counting(left, "scenario")} left out by the budget`]),
    ...(newer === 0 ? [] : [`${newersInform(newer)} only`]),
  ].join("; ");
}

const newersInform = (count: number) =>
  count === 1 ? "1 newer check informs" : `${count} newer checks inform`;

/** Newer checks that are named; `report.json` has all of them. */
const NAMED = 20;

/** By which day's catalogue was judged, and what is newer; undefined where no day was named. */
export function catalogueNote({ run: { catalogue } }: RunView): string | undefined {
  if (!catalogue) return undefined;
  const { date, newer } = catalogue;
  if (newer.length === 0) return `${date}; no chosen check is newer`;
  const names = newer.slice(0, NAMED).map(({ scenario, requirement }) =>
    `${requirement} in ${scenario}`
  );
  const rest = newer.length > NAMED ? ` and ${newer.length - NAMED} more` : "";
  return `${date}; ${newersInform(newer.length)} only: ${names.join(", ")}${rest}`;
}

function whatFailed(view: RunView): string {
  const failed = countOf(view, "fail", "flaky");
  if (!isComplete(view)) {
    return failed > 0
      ? `Incomplete; ${counting(failed, "requirement")} failed so far`
      : "Incomplete: the run did not finish";
  }
  const rest = [
    [countOf(view, "late"), "late"],
    [countOf(view, "warn"), "warned"],
    [countOf(view, "expected"), "expected"],
    [countOf(view, "known"), "known"],
    [view.baseline?.stale.length ?? 0, "stale"],
  ].flatMap(([count, word]) => count === 0 ? [] : [`${count} ${word}`]);
  if (failed > 0) {
    const told = `${counting(failed, "requirement")} failed`;
    return view.baseline ? [`New: ${told}`, ...rest].join(", ") : told;
  }
  return rest.length > 0
    ? `Nothing failed; ${rest.join(", ")}`
    : "Every requirement that was judged held";
}
