/**
 * Workflow commands that make GitHub show what went wrong beside a line of the user's own. Other
 * runners print them as plain lines.
 *
 * GitHub shows ten errors of a step: one command a cause, and where the run had a baseline, of new
 * causes only. Its place is the user's own scenario, else his baseline, else his target file; a file
 * that comes with Plumbline is none of his repository.
 */
import type { CauseOfFailure } from "../../suites/record/causes.ts";
import type { CaseLine } from "../../suites/record/check/lines.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { COUNTED } from "../../suites/record/fail_on.ts";
import { counting } from "../../suites/record/numbers.ts";
import type { Verdict } from "../../suites/record/verdict.ts";
import { visible } from "../../suites/record/visible.ts";
import { causes } from "./outcome.ts";

const ERRORS: ReadonlySet<Verdict> = new Set<Verdict>(["fail", "flaky"]);

/** One line for each cause, the gravest first; empty when there are none. */
export function annotations(view: RunView): string {
  const told = COUNTED[view.baseline?.failOn ?? "should"];
  const attempts = new Map(view.cases.map(({ attempt }) => [attempt.id, attempt]));
  return causes(view, [...told]).map((cause) =>
    `${command(cause, (id) => attempts.get(id), view)}\n`
  ).join("");
}

function command(
  { requirement, verdict, evidence }: CauseOfFailure,
  attempt: (id: string) => CaseLine | undefined,
  view: RunView,
): string {
  const scenarios = new Set(evidence.map(({ case: id }) => id));
  // A scenario of the user's own shows it best.
  const shown = evidence.find(({ case: id }) => isOwn(attempt(id))) ?? evidence[0];
  const of = shown && attempt(shown.case);
  const step = shown && of?.steps[shown.check.step];
  const place = of && isOwn(of)
    ? { file: of.file, line: step?.at ?? of.at }
    : { file: view.baseline?.file ?? view.run.target.file };
  const properties = Object.entries({ ...place, title: `${requirement} in ${shown?.case}` })
    .flatMap(([name, value]) => value === undefined ? [] : [`${name}=${property(String(value))}`]);
  const more = scenarios.size > 1 ? ` (${counting(scenarios.size - 1, "scenario")} more)` : "";
  const kind = ERRORS.has(verdict) ? "error" : "warning";
  return `::${kind} ${properties.join(",")}::${data(`${shown?.check.message}${more}`)}`;
}

const isOwn = (attempt: CaseLine | undefined) =>
  attempt !== undefined && attempt.file !== "" && !attempt.shipped;

/** A message may hold anything but what would end the line or start an escape. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

/** A property ends at a comma or a colon. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
