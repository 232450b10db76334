/**
 * What is waited for after a publication that was refused was never sent: that it does not come is
 * the refusal once more, not a second fault.
 */
import type { CheckResult } from "../record/verdict.ts";
import { ACCUSATIONS, type BlockedBy } from "../record/verdict.ts";
import type { Evidence } from "../record/evidence.ts";
import type { Judged, Question } from "./judge.ts";
import type { View } from "./verb.ts";

/** The number of the answer that refused the last publication before a step, if it was refused. */
export function refusalBefore({ events, begin }: View): number | undefined {
  const published = events.slice(0, begin).findLast((event) =>
    event.kind === "request" && event.method === "POST"
  );
  if (published?.kind !== "request") return undefined;
  const answer = events.slice(0, begin).find((event) => isAnswerTo(published.exchange, event));
  const isRefusal = answer?.kind === "response" && answer.status >= 400;
  return isRefusal ? answer.seq : undefined;
}

const isAnswerTo = (exchange: number, event: Evidence): boolean =>
  event.kind === "response" && event.exchange === exchange;

/** What became of the check that quotes the refusal a question stands on. */
export type Refused =
  | { readonly kind: "blocked"; readonly by: BlockedBy }
  /** The refusal breaks the same requirement: it is seen there already. */
  | { readonly kind: "seen"; readonly observation: string };

/** The question that an answer was put to, where it accuses or is blocked by what does. */
export function refusedFor(
  question: Question,
  { questions, scenario }: Judged,
  checks: readonly (CheckResult | undefined)[],
): Refused | undefined {
  const { refusal, check: { requirement } } = question;
  if (refusal === undefined) return undefined;
  for (const [index, { finding, step }] of questions.entries()) {
    const told = checks[index];
    if (!told || finding.holds !== false || !finding.quotes.includes(refusal)) continue;
    if (told.blockedBy) return { kind: "blocked", by: told.blockedBy };
    if (!ACCUSATIONS.has(told.verdict)) continue;
    if (told.requirement === requirement) {
      return { kind: "seen", observation: told.observation ?? "" };
    }
    const by = { kind: "cause", requirement: told.requirement, case: scenario.id } as const;
    return { kind: "blocked", by: { ...by, step: step.index } };
  }
  return undefined;
}

/** Whether some check of the scenario judges the refusal a question stands on, and finds it wrong. */
export const standsOnRefusal = (question: Question, { questions }: Judged): boolean =>
  question.refusal !== undefined &&
  questions.some(({ finding }) =>
    finding.holds === false && finding.quotes.includes(question.refusal ?? -1)
  );
