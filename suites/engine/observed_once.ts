/**
 * One cause, one observation. A cause is a requirement and what differs; where the same thing was
 * seen from two sides, the accusations must say the same of it.
 */
import { NOTHING_CAME } from "../record/observation.ts";
import { ACCUSATIONS, type CaseResult, type CheckResult } from "../record/verdict.ts";
import type { Unexplained } from "./model.ts";

const keyOf = (requirement: string, observation: string) => `${requirement}\n${observation}`;

/**
 * Gives every accusation of one requirement in one scenario the observation of the first that saw
 * something: a status and what it let pass are one cause. What the model has a word for is called by
 * that word wherever a check quotes such a frame, or stands beside it.
 */
export function observedOnce(
  results: readonly CaseResult[],
  unexplained: readonly Unexplained[],
): CaseResult[] {
  const words = new Map(
    unexplained.flatMap(({ requirement, kind, seen = "", observation }) =>
      [requirement, kind?.guardedBy ?? requirement].map((one) =>
        [keyOf(one, seen), observation] as const
      )
    ),
  );
  const ofModel = new Set(
    unexplained.map(({ requirement, observation }) => keyOf(requirement, observation)),
  );
  return results.map((result) => {
    const first = new Map<string, string>();
    for (const { requirement, observation, verdict } of result.checks) {
      if (!ACCUSATIONS.has(verdict) || observation === undefined) continue;
      const one = words.get(keyOf(requirement, observation)) ?? observation;
      const earlier = first.get(requirement);
      const saysMore = earlier === undefined || earlier === NOTHING_CAME ||
        !ofModel.has(keyOf(requirement, earlier)) && ofModel.has(keyOf(requirement, one));
      if (saysMore) first.set(requirement, one);
    }
    const called = (check: CheckResult): CheckResult => {
      const observation = ACCUSATIONS.has(check.verdict) ? first.get(check.requirement) : undefined;
      return observation === undefined ? check : { ...check, observation };
    };
    return { ...result, checks: result.checks.map(called) };
  });
}
