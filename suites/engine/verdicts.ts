/** From scenarios that ended to the verdicts of all of them together. */
import {
  ACCUSATIONS,
  type CaseResult,
  type CheckResult,
  type OutsideReason,
  verdictOf,
} from "../record/verdict.ts";
import type { Ended } from "./evidence_cut.ts";
import type { Grading } from "./grade.ts";
import { settle } from "./settle.ts";

/**
 * The verdicts of all scenarios together, with what each ran again for. Those that are newer than
 * the catalogue only inform, and nothing that they show has a say in the verdicts of the others.
 */
export function verdictsOf(ended: readonly Ended[], grading: Grading): CaseResult[] {
  const isNewer = ({ judged }: Ended) => grading.newer?.has(judged.scenario.id) === true;
  return [
    ...settled(ended.filter((one) => !isNewer(one)), grading),
    ...settled(ended.filter(isNewer), grading).map(informing),
  ];
}

function settled(ended: readonly Ended[], grading: Grading): CaseResult[] {
  const outside = new Map<string, OutsideReason>(
    ended.flatMap(({ judged, outside }) => outside ? [[judged.scenario.id, outside]] : []),
  );
  const results = settle(ended.map(({ judged }) => judged), grading, outside);
  return ended.flatMap(({ judged, secondChances }) => {
    const result = results.get(judged.scenario.id);
    if (!result) return [];
    return [{ ...result, ...(secondChances.length > 0 ? { secondChances } : {}) }];
  });
}

function informing(result: CaseResult): CaseResult {
  const checks = result.checks.map((check): CheckResult => {
    if (!ACCUSATIONS.has(check.verdict) && check.verdict !== "blocked") return check;
    const { cause: _, blockedBy: _by, ...rest } = check;
    return { ...rest, verdict: "info" };
  });
  return { ...result, checks, verdict: verdictOf(checks) };
}
