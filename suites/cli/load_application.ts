/** Which application a load runs with: the one named, the target file's own, or the reference one. */
import { join } from "@std/path";
import { type ApplicationFile, loadApplication } from "../applications/file.ts";
import { targetPath } from "../../targets/file.ts";
import type { Target } from "../../targets/target.ts";
import { lotsOf } from "../load/lot.ts";
import type { LoadScenario } from "../load/scenario.ts";
import { UsageError } from "../record/usage_error.ts";

/** Only who is let in hears of its bids, so that a page asks for a signature first. */
const BESIDE_THE_REFERENCE = "reference-private";

/**
 * Reads the file of the application that the scenario's lots are on sale in; undefined where it has
 * none. Throws `UsageError` where one is missing, or of no use, and `BadFile`.
 */
export async function applicationFor(
  scenario: LoadScenario,
  target: Target,
  named: {
    readonly root: string;
    readonly application?: string;
    readonly target?: string;
  },
): Promise<ApplicationFile | undefined> {
  const [lot] = lotsOf(scenario);
  if (lot === undefined) {
    if (named.application === undefined) return undefined;
    throw new UsageError(
      `${scenario.name} has no lots, so there is nothing to ask an application for: leave out --application`,
    );
  }
  const name = named.application ?? target.application ??
    (named.target === undefined ? BESIDE_THE_REFERENCE : undefined);
  if (name !== undefined) {
    return await loadApplication(targetPath(name, join(named.root, "targets", "applications")));
  }
  throw new UsageError(
    `${scenario.name} bids on ${lot}, which an application sells: name it with --application`,
  );
}
