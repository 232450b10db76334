/** What is new: failures that the baseline of a run does not list. */
import type { Placed } from "../../suites/record/causes.ts";
import type { RunView } from "../../suites/record/check/read.ts";
import { COUNTED } from "../../suites/record/fail_on.ts";

/**
 * The checks that fail and that no entry of the baseline lists, in the order of the run; what a
 * scenario fails several times alike, once. Undefined where the run had no baseline.
 */
export function newFailures({ baseline, cases }: RunView): Placed[] | undefined {
  if (!baseline) return undefined;
  const found = new Map<string, Placed>();
  for (const { attempt: { id }, result } of cases) {
    for (const check of result?.checks ?? []) {
      const key = `${id}\n${check.requirement}\n${check.observation}`;
      if (COUNTED[baseline.failOn].has(check.verdict) && !found.has(key)) {
        found.set(key, { case: id, check });
      }
    }
  }
  return [...found.values()];
}
