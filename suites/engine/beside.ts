/**
 * One scenario, one cause: where it shows two requirements broken of which one stands on the other
 * (`standsOn` in the catalogue), the other is accused, and the first is blocked by it.
 */
import {
  ACCUSATIONS,
  type BlockedBy,
  type CaseResult,
  type CheckResult,
  verdictOf,
} from "../record/verdict.ts";
import { nowBlocked } from "./check_result.ts";
import type { Grading } from "./grade.ts";

const placeOf = (requirement: string, id: string, step: number) => `${requirement}\n${id}\n${step}`;

/** Blocks accusations by what they stand on, and what those had blocked with them. */
export function rootsOnly(
  results: readonly CaseResult[],
  { requirement, isStrict }: Pick<Grading, "requirement" | "isStrict">,
): readonly CaseResult[] {
  if (isStrict) return results;
  const moved = new Map<string, BlockedBy>();
  const rooted = results.map((result): CaseResult => {
    const { id } = result;
    const accused = new Map<string, CheckResult>();
    for (const check of result.checks) {
      if (ACCUSATIONS.has(check.verdict) && !accused.has(check.requirement)) {
        accused.set(check.requirement, check);
      }
    }
    const blockers = new Map<string, BlockedBy>();
    // Two may stand on each other: the first of the catalogue is the consequence then.
    for (const one of [...accused.keys()].toSorted()) {
      const root = requirement(one).standsOn?.find((other) => accused.has(other));
      if (root === undefined) continue;
      accused.delete(one);
      const step = result.checks.find((check) =>
        check.requirement === root && ACCUSATIONS.has(check.verdict)
      )?.step ?? -1;
      blockers.set(one, { kind: "cause", requirement: root, case: id, step });
    }
    if (blockers.size === 0) return result;
    const checks = result.checks.map((check) => {
      const by = ACCUSATIONS.has(check.verdict) ? blockers.get(check.requirement) : undefined;
      if (!by) return check;
      moved.set(placeOf(check.requirement, id, check.step), by);
      return nowBlocked(check, by);
    });
    return { ...result, checks, verdict: verdictOf(checks) };
  });
  if (moved.size === 0) return rooted;
  return rooted.map((result) => ({
    ...result,
    checks: result.checks.map((check) => {
      const { blockedBy: by } = check;
      const now = by?.kind === "cause"
        ? moved.get(placeOf(by.requirement, by.case, by.step))
        : undefined;
      return now ? { ...check, blockedBy: now } : check;
    }),
  }));
}
