/** Which verdicts make a run fail. */
import type { Verdict } from "./verdict.ts";

/** What makes a run fail: failed musts; beside them late ones, or shoulds too. */
export type FailOn = "must" | "late" | "should";

/** The verdicts that each of them counts; none of them is `expected`. */
export const COUNTED: Readonly<Record<FailOn, ReadonlySet<Verdict>>> = {
  must: new Set<Verdict>(["fail", "flaky"]),
  late: new Set<Verdict>(["fail", "flaky", "late"]),
  should: new Set<Verdict>(["fail", "flaky", "late", "warn"]),
};
