/** `scenarios`: what there is to tell, and which requirements it judges. */
import { join } from "@std/path";
import { checksOf } from "../engine/plan.ts";
import { type Choice, choose, loadClientScenarios, loadScenarios } from "./load_scenarios.ts";

/** One line a scenario, those about clients (`check --clients`) last, and how many there are. */
export async function listScenarios(root: string, choice: Choice): Promise<string> {
  const folder = join(root, "scenarios");
  const all = await Promise.all([loadScenarios(folder), loadClientScenarios(folder)]);
  const scenarios = choose(all.flat(), choice);
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  const lines = scenarios.map((scenario) =>
    `${scenario.id.padEnd(width)}  ${checksOf(scenario).join(" ").padEnd(6)}  ${scenario.title}`
  );
  return `${lines.join("\n")}\n${scenarios.length} scenarios\n`;
}
