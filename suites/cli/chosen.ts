/** Names on the command line: each of them must be there, or the command says which is nearest. */
import { closestString, levenshteinDistance } from "@std/text";
import { globToRegExp } from "@std/path";
import { checksOf } from "../engine/plan.ts";
import type { Scenario } from "../engine/scenario.ts";
import { didYouMean } from "../language/bad_file.ts";
import { invocation } from "../record/invocation.ts";
import { UsageError } from "../record/usage_error.ts";

/** What `--suite`, `--scenario`, `--requirement` and `--depth` say. */
export interface Choice {
  readonly suites: readonly string[];
  /** Ids or globs; `auth/private/*` and `auth/private` both choose the group. */
  readonly ids: readonly string[];
  readonly requirements: readonly string[];
  /** Ids or globs of scenarios that are left out, whatever else is chosen. */
  readonly exclude?: readonly string[];
  readonly depth: "quick" | "full";
}

/** The scenarios that match every kind of choice made. */
export function choose(
  scenarios: readonly Scenario[],
  { suites, ids, requirements, depth, exclude = [] }: Choice,
): Scenario[] {
  const globs = ids.map(globOf);
  const excluded = exclude.map(globOf);
  return scenarios.filter((scenario) =>
    !excluded.some((matches) => matches(scenario.id)) &&
    (depth === "full" || !scenario.fullOnly) &&
    (suites.length === 0 || suites.includes(scenario.suite)) &&
    (globs.length === 0 || globs.some((matches) => matches(scenario.id))) &&
    (requirements.length === 0 || checksOf(scenario).some((id) => requirements.includes(id)))
  );
}

function globOf(id: string): (scenario: string) => boolean {
  const globs = [globToRegExp(id), globToRegExp(`${id}/**`)];
  return (scenario) => globs.some((glob) => glob.test(scenario));
}

/** Throws `UsageError` for the first name that no scenario has, whatever else is chosen. */
export function requireKnown(
  scenarios: readonly Scenario[],
  { suites, ids, requirements, exclude = [] }: Omit<Choice, "depth">,
): void {
  const known = [...new Set(scenarios.map(({ suite }) => suite))];
  for (const suite of suites.filter((name) => !known.includes(name))) {
    throw unknown(`there is no suite "${suite}".${didYouMean(suite, known)}`);
  }
  const isUnmatched = (glob: string) => !scenarios.some(({ id }) => globOf(glob)(id));
  const names = [
    ...scenarios.map(({ id }) => id),
    ...known,
    ...known.map((suite) => `${suite}/**`),
  ];
  for (const id of [...ids, ...exclude].filter(isUnmatched)) {
    throw unknown(
      `no scenario matches "${id}".${nearest(id, names)} \`${
        invocation("scenarios")
      }\` lists them all`,
    );
  }
  const judged = new Set(scenarios.flatMap((scenario) => [...checksOf(scenario)]));
  for (const id of requirements.filter((name) => !judged.has(name))) {
    throw unknown(
      `no scenario judges requirement "${id}"; \`${
        invocation("scenarios")
      }\` lists what each judges`,
    );
  }
}

/** Throws `UsageError` where the choice leaves nothing, and says which part of it does. */
export function requireSome(chosen: readonly Scenario[], { depth }: Pick<Choice, "depth">): void {
  if (chosen.length > 0) return;
  throw new UsageError(
    "no scenario matches all that was chosen together" +
      (depth === "quick" ? "; some run with --depth full only" : ""),
    "PLB_NOTHING_CHOSEN",
  );
}

const unknown = (message: string) => new UsageError(message, "PLB_UNKNOWN_NAME");

/** Where there are thousands of names, only a near one helps. */
export function nearest(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const found = closestString(word, known);
  return levenshteinDistance(word, found) <= word.length / 3 ? ` Did you mean "${found}"?` : "";
}
