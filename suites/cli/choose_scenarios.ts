/** Which scenarios a check runs. */
import { join } from "@std/path";
import { EXPLORE_CASE } from "../record/check/own_cases.ts";
import { refuseDuplicates } from "../language/parse.ts";
import type { Scenario } from "../engine/scenario.ts";
import { type Choice, choose, requireKnown, requireSome } from "./chosen.ts";
import { isExplored } from "./explore_in_check.ts";
import { loadClientScenarios, loadFiles, loadScenarios } from "./load_scenarios.ts";

interface From extends Choice {
  readonly root: string;
  readonly clients: boolean;
  /** A list whose entries may name any scenario there is. */
  readonly expected?: string;
}

export interface Chosen {
  readonly scenarios: readonly Scenario[];
  /** All there are, or all of the suites that what was chosen names. */
  readonly known: readonly Scenario[];
}

/**
 * The scenarios of the files that were named, or of the folder and those `derived` from an
 * application file: all, and those that match the choice.
 */
export async function chooseScenarios(
  options: From,
  derived: readonly Scenario[] = [],
): Promise<Chosen> {
  const isFile = (name: string) => /\.ya?ml$/.test(name);
  const files = options.ids.filter(isFile);
  const ids = options.ids.filter((name) => !isFile(name));
  const own = await loadFiles(files);
  const shipped = files.length === 0 || ids.length > 0
    ? [...await load(options, ids), ...derived]
    : [];
  refuseDuplicates(shipped);
  const known = [...own, ...shipped];
  const suites = options.suites.filter((suite) => suite !== EXPLORE_CASE.suite);
  const exclude = shipped.length === 0
    ? []
    : options.exclude?.filter((name) => name !== EXPLORE_CASE.suite) ?? [];
  requireKnown(known, { ...options, suites, ids, exclude });
  const scenarios = [
    ...choose(own, { ...options, ids: [] }),
    ...choose(shipped, { ...options, ids }),
  ];
  if (!isExplored(options)) requireSome(scenarios, options);
  return { scenarios, known };
}

/** Of Plumbline's own, all that can have been chosen: a check of one suite need not read the others. */
async function load(options: From, ids: readonly string[]): Promise<Scenario[]> {
  const folder = join(options.root, "scenarios");
  if (options.clients) return await loadClientScenarios(folder);
  const suites = suitesOf(options, ids);
  const some = suites && await loadScenarios(folder, suites);
  // What nothing matches may be misspelt: then the nearest of all names is told.
  const isKnown = some && [...suites].every((suite) => some.some((one) => one.suite === suite));
  return isKnown ? some : await loadScenarios(folder);
}

/** The suites that the names chosen begin with; undefined where any may be meant. */
function suitesOf(
  { suites, requirements, exclude = [], expected }: From,
  ids: readonly string[],
): ReadonlySet<string> | undefined {
  if (requirements.length > 0 || exclude.length > 0 || expected !== undefined) return undefined;
  const named = [...suites, ...ids.map((id) => /^[a-z-]+(?=\/)/.exec(id)?.[0] ?? "")];
  return named.length === 0 || named.includes("") ? undefined : new Set(named);
}
