/** From scenarios that ended to the verdicts of all of them together. */
import type { CaseResult, OutsideReason } from "../record/verdict.ts";
import type { Ended } from "./attempts.ts";
import type { Grading } from "./grade.ts";
import { settle } from "./settle.ts";

/** The verdicts of all scenarios together, with what each ran again for. */
export function verdictsOf(ended: readonly Ended[], grading: Grading): CaseResult[] {
  const outside = new Map<string, OutsideReason>(
    ended.flatMap(({ judged, outside }) => outside ? [[judged.scenario.id, outside]] : []),
  );
  const settled = settle(ended.map(({ judged }) => judged), grading, outside);
  return ended.flatMap(({ judged, secondChances }) => {
    const result = settled.get(judged.scenario.id);
    if (!result) return [];
    return [{ ...result, ...(secondChances.length > 0 ? { secondChances } : {}) }];
  });
}
