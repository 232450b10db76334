/**
 * One cause, one observation. A cause is a requirement and what differs; where the same thing was
 * seen from two sides, the accusations must say the same of it.
 */
import { ACCUSATIONS, type CaseResult, type CheckResult } from "../record/verdict.ts";
import type { Unexplained } from "./model.ts";

const keyOf = (requirement: string, observation: string) => `${requirement}\n${observation}`;

/**
 * Gives every accusation of one requirement in one scenario the observation of the first: a status
 * and what it let pass are one cause. What the model has a word for is called by that word wherever
 * a check quotes such a frame.
 */
export function observedOnce(
  results: readonly CaseResult[],
  unexplained: readonly Unexplained[],
): CaseResult[] {
  const words = new Map(
    unexplained.map(({ requirement, seen = "", observation }) => [
      keyOf(requirement, seen),
      observation,
    ]),
  );
  return results.map((result) => {
    const first = new Map<string, string>();
    const called = (check: CheckResult): CheckResult => {
      const { requirement, observation } = check;
      if (!ACCUSATIONS.has(check.verdict) || observation === undefined) return check;
      const one = first.get(requirement) ??
        words.get(keyOf(requirement, observation)) ?? observation;
      first.set(requirement, one);
      return { ...check, observation: one };
    };
    return { ...result, checks: result.checks.map(called) };
  });
}
