/**
 * Judging without mercy. In a check of a server, rows the documents leave open only inform; here
 * the matter is whether a check can fail at all, so every finding that does not hold is a failure.
 */
import { modelFor } from "../engine/model.ts";
import type { Grading } from "../engine/grade.ts";
import type { CaseResult } from "../record/verdict.ts";
import type { Scenario, Step } from "../engine/scenario.ts";
import type { Target } from "../../targets/target.ts";
import type { Requirement } from "../record/requirement.ts";
import { keyOf } from "./checks.ts";

/** The scenario with nothing demoted and no longer a deadline than this. */
export function stern(scenario: Scenario, longestDeadlineMs: number): Scenario {
  return {
    ...scenario,
    deadlineMs: Math.min(scenario.deadlineMs, longestDeadlineMs),
    steps: scenario.steps.map(undemoted),
  };
}

function undemoted(step: Step): Step {
  if (step.kind !== "action") return { ...step, steps: step.steps.map(undemoted) };
  return { ...step, checks: step.checks.map(({ requirement }) => ({ requirement })) };
}

/** Grades every requirement as one that must be met. Clocks are the same: all is on one machine. */
export function sternGrading(
  requirement: (id: string) => Requirement,
  target: Target,
): Grading {
  return {
    requirement: (id) => ({
      ...requirement(id),
      level: "must",
      score: "conformance",
      live: false,
      demoted: false,
    }),
    claims: [],
    known: [],
    clockOffsetMs: 0,
    isStrict: true,
    model: modelFor(target),
  };
}

/** A check that was judged, and did not hold. */
export interface Failure {
  readonly key: string;
  readonly requirement: string;
  readonly scenario: string;
  readonly message: string;
}

/** What was found not to hold. A check whose question was never put has not shown that it can fail. */
export function failuresOf({ family }: Scenario, { id, checks }: CaseResult): Failure[] {
  return checks
    .filter(({ verdict }) => verdict === "fail")
    .map(({ step, requirement, message }) => ({
      key: keyOf(family, step, requirement),
      requirement,
      scenario: id,
      message,
    }));
}
