/** Entries of a file of expected verdicts that are about no scenario at all. */
import { globToRegExp } from "@std/path";
import { EXPLORE_CASE, RUN_CASE } from "../record/check/own_cases.ts";
import type { Expected } from "../engine/expected.ts";
import type { Scenario } from "../engine/scenario.ts";
import { BadFile } from "../language/bad_file.ts";
import { idsOf, type Successors } from "../language/successors.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";

/**
 * Throws `BadFile` with each entry whose id or glob matches no scenario, by the name that it has or
 * has had: such an entry excuses nothing, and nobody would notice.
 *
 * @param known Scenarios that have been read already; the others are read where an entry needs them.
 */
export async function requireScenarios(
  file: string,
  expected: readonly Expected[],
  known: readonly Scenario[],
  folder: string,
  table: Pick<Successors, "successors">,
): Promise<void> {
  let left = withoutScenario(expected, known, table).filter(({ scenario }) =>
    // What the run judges of itself, and what it finds.
    !globToRegExp(scenario).test(RUN_CASE.id) && !scenario.startsWith(`${EXPLORE_CASE.suite}/`)
  );
  for (const load of [loadScenarios, loadClientScenarios]) {
    if (left.length > 0) left = withoutScenario(left, await load(folder), table);
  }
  if (left.length === 0) return;
  throw new BadFile(left.map(({ scenario, line }) => ({
    file,
    line,
    column: 1,
    message: `no scenario matches "${scenario}"${
      /\*/.test(scenario) ? "; * stands for what is between two slashes, ** for more" : ""
    }`,
  })));
}

/** The entries that match none of these. */
export function withoutScenario(
  expected: readonly Expected[],
  scenarios: readonly Pick<Scenario, "id">[],
  table: Pick<Successors, "successors">,
): Expected[] {
  if (expected.length === 0) return [];
  const ids = scenarios.flatMap(({ id }) => idsOf(id, table));
  return expected.filter(({ scenario }) => {
    const glob = globToRegExp(scenario);
    return !ids.some((id) => glob.test(id));
  });
}
