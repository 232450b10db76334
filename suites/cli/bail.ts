/** `--bail`: a check ends with the first must that fails and that no list expects. */
import type { Ended } from "../engine/evidence_cut.ts";
import { compare } from "../engine/compare_expected.ts";
import type { Expected } from "../engine/expected.ts";
import type { Grading } from "../engine/grade.ts";
import { settle } from "../engine/settle.ts";
import { verdictsOf } from "../engine/verdicts.ts";
import type { Successors } from "../language/successors.ts";
import type { CaseResult } from "../record/verdict.ts";

export interface Bail {
  /** Aborted once such a must has failed. */
  readonly signal: AbortSignal;
  /** Why the check ended; undefined while it goes on. */
  readonly reason: string | undefined;
  /** Looks at a scenario that has just been judged, and at all that were before. */
  after(one: Ended, all: Iterable<Ended>, grading: Grading): void;
}

export function bailing(expected: readonly Expected[], successors: Successors): Bail {
  const ending = new AbortController();
  let reason: string | undefined;
  const firstNew = (results: Iterable<CaseResult>) =>
    compare(results, expected, "must", successors).surprising[0];
  return {
    signal: ending.signal,
    get reason() {
      return reason;
    },
    after(one, all, grading) {
      if (ending.signal.aborted || grading.newer?.has(one.judged.scenario.id)) return;
      // What a scenario comes to by itself is cheap to say; what all come to together is right.
      if (!firstNew(settle([one.judged], grading).values())) return;
      const first = firstNew(verdictsOf([...all], grading));
      if (!first) return;
      reason = `--bail: ${first.requirement} failed in ${first.scenario}, and the rest was not run`;
      ending.abort();
    },
  };
}
