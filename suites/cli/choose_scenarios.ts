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
}

export interface Chosen {
  readonly scenarios: readonly Scenario[];
  /** All there are. */
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
    ? [
      ...await (options.clients ? loadClientScenarios : loadScenarios)(
        join(options.root, "scenarios"),
      ),
      ...derived,
    ]
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
