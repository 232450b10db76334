/** A badge for each server and score, as SVG: `soketi 1.6.1 conformance | 97 of 180`. */
import { makeBadge } from "badge-maker";
import { visibleLine } from "../../suites/record/visible.ts";
import type { Server } from "./matrix.ts";

export interface Badge {
  /** `soketi-conformance.svg`. */
  readonly file: string;
  readonly svg: string;
}

/** The badges of a server: a score that has nothing to count has none. */
export function badgesOf({ name, title, scores, complete }: Server): Badge[] {
  return Object.entries(scores).flatMap(([score, counts]) => {
    if (counts === undefined || counts.of === 0) return [];
    const { passed, of, failed, flaky, expected, known } = counts;
    const isClean = failed + flaky + expected + known === 0;
    const rest = complete ? "" : ", not complete";
    return [{
      file: `${name}-${score}.svg`,
      svg: makeBadge({
        label: visibleLine(`${title} ${score}`),
        message: `${passed} of ${of}${rest}`,
        // Failures are red whatever passed: a share that is high hides what a client runs into.
        color: !isClean ? "red" : passed === of ? "brightgreen" : "blue",
      }),
    }];
  });
}
