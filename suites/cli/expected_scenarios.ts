/** Entries of a file of expected verdicts that are about nothing: no scenario, or no requirement. */
import { globToRegExp } from "@std/path";
import { EXPLORE_CASE, RUN_CASE } from "../record/check/own_cases.ts";
import type { Expected } from "../engine/expected.ts";
import type { Scenario } from "../engine/scenario.ts";
import { BadFile } from "../language/bad_file.ts";
import { idsOf, type Successors } from "../language/successors.ts";
import { nearest } from "./chosen.ts";
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
  const names = known.map(({ id }) => id);
  for (const load of [loadScenarios, loadClientScenarios]) {
    if (left.length === 0) return;
    const others = await load(folder);
    names.push(...others.map(({ id }) => id));
    left = withoutScenario(left, others, table);
  }
  if (left.length === 0) return;
  throw new BadFile(left.map(({ scenario, line }) => ({
    file,
    line,
    column: 1,
    message: `no scenario matches "${scenario}".${nearest(scenario, namesLike(scenario, names))}${
      scenario.includes("*") ? " * stands for what is between two slashes, ** for more." : ""
    }`,
  })));
}

/** Throws `BadFile` with each entry about a requirement that the catalogue does not have. */
export function requireRequirements(
  file: string,
  expected: readonly Expected[],
  ids: readonly string[],
): void {
  const known = new Set(ids);
  const wrong = expected.filter(({ requirement }) => !known.has(requirement));
  if (wrong.length === 0) return;
  throw new BadFile(wrong.map(({ requirement, line }) => ({
    file,
    line,
    column: 1,
    message: `there is no requirement ${requirement}.${
      nearest(requirement, ids)
    } docs/requirements.md lists them all`,
  })));
}

/** Names as the entry may have meant them: ids, or, for a glob, the groups that hold them. */
function namesLike(scenario: string, ids: readonly string[]): string[] {
  if (!scenario.includes("*")) return [...ids];
  const groups = ids.flatMap((id) => {
    const folders = id.split("/").slice(0, -1).map((_, at, all) => all.slice(0, at + 1).join("/"));
    return [`${folders.at(-1)}/*`, ...folders.map((folder) => `${folder}/**`)];
  });
  return [...new Set(groups)];
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
