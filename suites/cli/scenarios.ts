/** `scenarios`: lists the scenarios, and which requirements each judges. */
import { join } from "@std/path";
import { checksOf } from "../engine/plan.ts";
import { type Choice, choose, requireKnown, requireSome } from "./chosen.ts";
import { loadClientScenarios, loadScenarios } from "./load_scenarios.ts";

/** One line a scenario, those about clients (`check --clients`) last, and how many there are. */
export async function listScenarios(root: string, choice: Choice): Promise<string> {
  const folder = join(root, "scenarios");
  const all = (await Promise.all([loadScenarios(folder), loadClientScenarios(folder)])).flat();
  requireKnown(all, choice);
  const scenarios = choose(all, choice);
  requireSome(scenarios, choice);
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  const lines = scenarios.map((scenario) =>
    `${scenario.id.padEnd(width)}  ${checksOf(scenario).join(" ").padEnd(6)}  ${scenario.title}`
  );
  return `${lines.join("\n")}\n${scenarios.length} scenarios\n`;
}
