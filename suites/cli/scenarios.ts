/** `scenarios`: lists the scenarios, and which requirements each judges. */
import { join } from "@std/path";
import { checksOf } from "../engine/plan.ts";
import { loadApplication } from "../applications/file.ts";
import { targetPath } from "../../targets/file.ts";
import { derivedScenarios } from "./derived_scenarios.ts";
import { type Choice, choose, requireKnown, requireSome } from "./chosen.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";

/**
 * One line a scenario, those about clients (`check --clients`) and those of the application's own
 * file last, and how many there are.
 */
export async function listScenarios(
  root: string,
  { application, ...choice }: Choice & { readonly application?: string },
): Promise<string> {
  const folder = join(root, "scenarios");
  const file = application === undefined
    ? undefined
    : await loadApplication(targetPath(application, join(root, "targets", "applications")));
  const others = await Promise.all([loadScenarios(folder), loadClientScenarios(folder)]);
  const all = [...others.flat(), ...(file === undefined ? [] : derivedScenarios(file))];
  requireKnown(all, choice);
  const scenarios = choose(all, choice);
  requireSome(scenarios, choice);
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  const lines = scenarios.map((scenario) =>
    `${scenario.id.padEnd(width)}  ${checksOf(scenario).join(" ").padEnd(6)}  ${scenario.title}`
  );
  return `${lines.join("\n")}\n${scenarios.length} scenarios\n`;
}
