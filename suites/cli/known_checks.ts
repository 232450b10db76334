/** Requirements that scenarios check, and that the catalogue does not have: told with their place. */
import type { Scenario } from "../engine/scenario.ts";
import { BadFile, didYouMean, type Problem } from "../language/bad_file.ts";
import { actions } from "../language/scenario.ts";

/** @throws {BadFile} with every place where a step checks a requirement that is none of `known`. */
export function requireKnownChecks(scenarios: readonly Scenario[], known: readonly string[]): void {
  const ids = new Set(known);
  const problems = new Map<string, Problem>();
  for (const { file, steps } of scenarios) {
    for (const { line, checks } of actions(steps)) {
      for (const { requirement } of checks) {
        if (ids.has(requirement)) continue;
        // A table's scenarios share their steps.
        problems.set(`${file}:${line} ${requirement}`, {
          file,
          line,
          column: 1,
          message: `there is no requirement ${requirement}.${didYouMean(requirement, known)}`,
        });
      }
    }
  }
  if (problems.size > 0) throw new BadFile([...problems.values()]);
}
