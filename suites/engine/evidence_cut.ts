/**
 * Where a connection was given up because it sent too much, or a text was too long to be held, what
 * else came is not known, and would not be if the scenario ran again. What was seen before that
 * counts; what is missing does not.
 */
import type { Evidence } from "../record/evidence.ts";
import type { OutsideReason, SecondChance } from "../record/verdict.ts";
import type { Judged, Question } from "./judge.ts";
import { hasAbsence, isAbsence } from "./second_chance.ts";

/** A scenario that was judged. */
export interface Ended {
  readonly judged: Judged;
  /** What kept it from being judged, in every attempt; where evidence was cut, from being judged whole. */
  readonly outside?: OutsideReason;
  readonly secondChances: readonly SecondChance[];
}

/** Whether a scenario's evidence ends before what the target sent. */
export function isEvidenceCut(events: readonly Evidence[]): boolean {
  return events.some(isCut);
}

const isCut = (event: Evidence): boolean =>
  event.kind === "given-up" ||
  (event.kind === "response" || event.kind === "received") && event.isCut === true;

/** A scenario that ran to its end, with what its evidence can tell where it was cut. */
export function asEnded(
  judged: Judged,
  events: readonly Evidence[],
  secondChances: readonly SecondChance[],
): Ended {
  const cut = events.find(isCut);
  if (!cut || !hasAbsence(judged) && judged.unexplained.length === 0) {
    return { judged, secondChances };
  }
  const isSeen = (quotes: readonly number[]) => quotes.every((seq) => seq < cut.seq);
  const told = (question: Question): Question =>
    question.finding.holds !== false || !isAbsence(question) && isSeen(question.finding.quotes)
      ? question
      : { ...question, finding: { ...question.finding, holds: "blocked" } };
  return {
    judged: {
      ...judged,
      questions: judged.questions.map(told),
      unexplained: judged.unexplained.filter(({ quotes }) => isSeen(quotes)),
    },
    outside: "evidence-cut",
    secondChances,
  };
}
