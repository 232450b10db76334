/** One cause, as the end of a check tells it. */
import { bold, dim, red, yellow } from "@std/fmt/colors";
import type { CauseOfFailure, Placed } from "../record/causes.ts";
import type { RunView } from "../record/check/read.ts";
import { counting } from "../record/numbers.ts";
import { shortened, visibleLine } from "../record/visible.ts";

/** Characters of a message that are shown; the reports have all of it. */
const MESSAGE = 500;
/** Characters of a step that is named with its line. */
const STEP = 80;

/** The requirement and what differs, what came, where it was seen, and what it blocks. */
export function causeLines(
  { requirement, level, verdict, observation, kind, evidence, blocks }: CauseOfFailure,
  view: RunView,
): string[] {
  const first = evidence[0];
  const sign = verdict === "fail" || verdict === "flaky" ? red(verdict) : yellow(verdict);
  const cases = new Set(blocks.map((place) => place.case)).size;
  return [
    `${sign} ${bold(requirement)} ${level}, ${kind}: ${observation} (${
      counting(evidence.length, "check")
    })`,
    ...(first
      ? [
        ...messageLines(first.check.message),
        dim(`    ${placeOf(first, view)}`),
      ]
      : []),
    ...(blocks.length > 0
      ? [dim(`    blocks ${counting(blocks.length, "check")} in ${counting(cases, "scenario")}`)]
      : []),
  ];
}

/** A message may draw in several lines; none may be taken for a line of the summary, or a command. */
function messageLines(message: string): string[] {
  return shortened(message, MESSAGE).split("\n").map((line, at) =>
    `    ${at === 0 ? "" : "| "}${visibleLine(line)}`
  );
}

/** `cache/misses/every-time, scenarios/cache/misses.yaml:31: ana: { receives: pusher:cache_miss }`. */
function placeOf({ case: id, check }: Placed, view: RunView): string {
  const of = view.cases.find(({ attempt }) => attempt.id === id)?.attempt;
  const step = of?.steps[check.step];
  return of === undefined || of.file === "" || step === undefined
    ? id
    : `${id}, ${visibleLine(`${of.file}:${step.at}: ${shortened(step.text, STEP)}`)}`;
}
