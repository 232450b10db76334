/** The scores as a terminal shows them, a line each. */
import { NOT_PASSED, type ScoreCounts, type Scores, STANDING_WORDS } from "./scores.ts";

/** A score with nothing to count is left out. For example `conformance    148 of 180 passed, 4 failed, 1 known, 27 untested`. */
export function scoreLines(scores: Scores): string[] {
  const entries: [string, ScoreCounts][] = Object.entries(scores).filter(([, { of }]) => of > 0);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, counts]) => {
    const rest = NOT_PASSED.filter((standing) => counts[standing] > 0)
      .map((standing) => `${counts[standing]} ${STANDING_WORDS[standing]}`);
    const passed = `${String(counts.passed).padStart(3)} of ${counts.of} passed`;
    return `${name.padEnd(width)}  ${[passed, ...rest].join(", ")}`;
  });
}
