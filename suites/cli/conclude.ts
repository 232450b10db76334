/** What a run comes to: whether it is complete, and what a scenario comes to while it runs. */
import type { Ended } from "../engine/evidence_cut.ts";
import type { Grading } from "../engine/grade.ts";
import { settle } from "../engine/settle.ts";
import type { Musts } from "../record/check/musts.ts";
import type { Verdict } from "../record/verdict.ts";

/** What one scenario comes to by itself, for whoever watches; what blocks it is known at the end. */
export function provisional({ judged }: Ended, grading: Grading): Verdict {
  if (grading.newer?.has(judged.scenario.id)) return "info";
  return settle([judged], grading).get(judged.scenario.id)?.verdict ?? "pass";
}

/** Green means judged: why a run that came to its end is not complete all the same. */
export function whyIncomplete(
  { selected, judged, blocked, skipped, unjudged }: Musts,
  requireAll: boolean,
): string | undefined {
  const first = unjudged[0];
  if (first) {
    const reasons = [...new Set(unjudged.map(({ reason }) => reason))].join(", ");
    return `${unjudged.length} of ${selected} musts could not be judged (${reasons}), first ${first.requirement}: ${first.message}`;
  }
  if (selected > 0 && judged + blocked.length === 0) return "no must was judged";
  return requireAll && skipped.size > 0
    ? `musts were skipped for want of ${[...skipped.keys()].join(", ")}`
    : undefined;
}
