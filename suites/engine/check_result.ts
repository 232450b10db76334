/** Checks that accuse nobody: one that holds, and one that could not be judged. */
import type { BlockedBy, CheckResult, Verdict } from "../record/verdict.ts";
import { type Grading, isOpen, weigh } from "./grade.ts";
import type { Question } from "./judge.ts";

interface Graded {
  readonly grading: Grading;
}

/** A check that holds: passed, or late where what it waited for came after its deadline. */
export function passed(question: Question, scenarioId: string, { grading }: Graded): CheckResult {
  const { check, finding, step, rounds, lateMs } = question;
  const row = grading.requirement(check.requirement);
  const base = { requirement: row.id, level: row.level, step: step.index, quotes: finding.quotes };
  if (isOpen(row, check)) return { ...base, verdict: "info", message: finding.message };
  if (lateMs === undefined) {
    const counted = rounds > 1 ? ` (${rounds} times)` : "";
    return { ...base, verdict: "pass", message: finding.message + counted };
  }
  const { verdict } = weigh(row, check, scenarioId, grading);
  const isBound = row.bound !== undefined;
  const late: Verdict = verdict === "fail" && !isBound ? "late" : verdict;
  const bound = isBound ? `; ${row.bound} is the bound` : "";
  return {
    ...base,
    verdict: late,
    cause: "implementation",
    observation: isBound ? "came after its bound" : "came late",
    lateMs,
    message: `came ${(lateMs / 1000).toFixed(1)} s after its deadline${bound}: ${finding.message}`,
  };
}

/** A check whose question could not be put, and what kept it from being put. */
export function blockedCheck(question: Question, by: BlockedBy, { grading }: Graded): CheckResult {
  const { check, finding, step } = question;
  const row = grading.requirement(check.requirement);
  return {
    requirement: row.id,
    level: row.level,
    verdict: isOpen(row, check) ? "info" : "blocked",
    blockedBy: by,
    message: finding.message,
    step: step.index,
    quotes: finding.quotes,
  };
}
