/**
 * What is waited for after a publication that was refused was never sent: that it does not come is
 * the refusal once more, not a second fault.
 */
import { type Grading, isOpen } from "./grade.ts";
import type { Judged, Question } from "./judge.ts";
import type { View } from "./verb.ts";

/** The number of the answer that refused the last publication before a step, if it was refused. */
export function refusalBefore({ events, begin }: View): number | undefined {
  const before = events.slice(0, begin);
  const published = before.findLast((event) => event.kind === "request" && event.method === "POST");
  const answer = before.find((event) =>
    published?.kind === "request" && event.kind === "response" &&
    event.exchange === published.exchange
  );
  return answer?.kind === "response" && answer.status >= 400 ? answer.seq : undefined;
}

/** Where among the questions the one stands that found the refusal wrong which this one stands on; -1 without one. */
export const refusalCheck = (
  { refusal }: Question,
  { questions }: Judged,
  grading: Grading,
): number =>
  grading.isStrict || refusal === undefined
    ? -1
    : questions.findIndex(({ check, finding }) =>
      finding.holds === false && finding.quotes.includes(refusal) &&
      !isOpen(grading.requirement(check.requirement), check)
    );
