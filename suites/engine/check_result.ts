/** What a check comes to: it holds, it accuses, or it could not be judged. */
import { ACCUSATIONS, type BlockedBy, type CheckResult, type Verdict } from "../record/verdict.ts";
import type { BoundKey, Requirement } from "../record/requirement.ts";
import { placeOf } from "./blame.ts";
import { causeKind } from "./cause_kind.ts";
import { type Grading, isOpen, weigh } from "./grade.ts";
import type { Question } from "./judge.ts";
import type { Kind } from "../client/premises.ts";
import type { Run } from "./known.ts";
import type { Unexplained } from "./model.ts";

interface Graded {
  readonly grading: Grading;
}

/**
 * A check that holds: passed; late where what it waited for came after its deadline, and no bound is
 * named; failed past a bound that a document or the target file names.
 */
export function passed(question: Question, scenarioId: string, { grading }: Graded): CheckResult {
  const { check, finding, step, rounds, lateMs } = question;
  const row = grading.requirement(check.requirement);
  const base = { requirement: row.id, level: row.level, step: step.index, quotes: finding.quotes };
  if (isOpen(row, check)) return { ...base, verdict: "info", message: finding.message };
  const bound = boundOf(row, grading);
  if (!isLate(question, bound)) {
    const counted = rounds > 1 ? ` (${rounds} times)` : "";
    return { ...base, verdict: "pass", message: finding.message + counted };
  }
  const { verdict } = weigh(row, check, scenarioId, grading);
  const late: Verdict = verdict === "fail" && !bound ? "late" : verdict;
  const when = bound?.ms === undefined
    ? `came ${seconds(lateMs ?? 0)} after its deadline`
    : `came after ${seconds(question.tookMs)}`;
  return {
    ...base,
    verdict: late,
    cause: "implementation",
    observation: bound ? "came after its bound" : "came late",
    ...(lateMs === undefined ? {} : { lateMs }),
    message: `${when}${bound ? `; ${bound.text} is the bound` : ""}: ${finding.message}`,
  };
}

interface Bound {
  readonly text: string;
  /** Where the target file names it: its key, and how long it may take, in milliseconds. */
  readonly key?: BoundKey;
  readonly ms?: number;
}

/** The bound that the documents name, else the target file's own. */
function boundOf(row: Requirement, { bounds }: Grading): Bound | undefined {
  if (row.bound !== undefined) return { text: row.bound };
  const key = row.boundBy;
  const ms = key && bounds?.[key];
  return key === undefined || ms === undefined
    ? undefined
    : { text: `${key}: ${seconds(ms)}`, key, ms };
}

/** What a message may take besides: the way there and back, and a machine that is busy. */
const SLACK_MS = 1000;

/** Later than the scenario's deadline; where the target file names a bound, later than that. */
function isLate({ lateMs, tookMs }: Question, bound: Bound | undefined): boolean {
  if (bound?.ms === undefined) return lateMs !== undefined;
  // A deadline allows for a server that is at work on much; a cut is noticed by its own clock.
  const isTimed = bound.key === "removesWithin" || lateMs !== undefined;
  return isTimed && tookMs > bound.ms + SLACK_MS;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

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

/** A check that accused, and follows from something else after all. */
export function nowBlocked(check: CheckResult, by: BlockedBy): CheckResult {
  const { cause: _, observation: _seen, ...rest } = check;
  return { ...rest, verdict: "blocked", blockedBy: by };
}

/** What the model found that follows from another requirement that is broken. */
export function blockedFinding(
  { requirement, message, quotes }: Unexplained,
  by: BlockedBy,
  { grading }: Graded,
): CheckResult {
  const { id, level } = grading.requirement(requirement);
  return { requirement: id, level, verdict: "blocked", blockedBy: by, message, step: -1, quotes };
}

/** A check that accuses; the first of what is missing is remembered, for what stands on it. */
export function accusation(
  scenarioId: string,
  { grading, accused }: Pick<Run, "grading" | "accused">,
  told: {
    readonly requirement: string;
    readonly observation: string;
    readonly message: string;
    readonly quotes: readonly number[];
    readonly step: number;
    readonly check?: Question["check"];
    readonly rounds?: number;
    /** What it asks for did not come or was refused, so that what stands on it cannot be asked. */
    readonly isMissing?: boolean;
    /** The kind of channel it was asked about. */
    readonly kind?: Kind | undefined;
    /** No check of the scenario asked for it. */
    readonly isUnasked?: true;
  },
): CheckResult {
  const row = grading.requirement(told.requirement);
  const { verdict, admitted } = weigh(row, told.check ?? {}, scenarioId, grading);
  const place = placeOf(row.id, told.kind);
  if (told.isMissing && !accused.has(place)) {
    const by = { kind: "cause" as const, requirement: row.id, case: scenarioId, step: told.step };
    accused.set(place, by);
  }
  const cause = admitted?.cause ?? causeKind(row, told.observation, grading.probed);
  const ambiguity = told.check?.ambiguity;
  return {
    requirement: row.id,
    level: row.level,
    verdict,
    ...(ACCUSATIONS.has(verdict) ? { cause } : {}),
    observation: told.observation,
    ...(told.isUnasked ? { isUnasked: true } : {}),
    message: told.message + (admitted ? ` — known: ${admitted.reason}` : "") +
      (ambiguity ? ` (${ambiguity}: the documents leave it open)` : ""),
    step: told.step,
    quotes: told.quotes,
  };
}
