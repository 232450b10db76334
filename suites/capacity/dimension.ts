/** What of a load is raised: how many are connected, or how much is sent. */
import type { Dimension } from "../record/capacity/report.ts";
import { UsageError } from "../record/usage_error.ts";
import { scaled } from "../load/scale.ts";
import type { LoadScenario } from "../load/scenario.ts";

/** How much load a scenario is: connections, or events a second with those of its clients. */
export function loadOf(scenario: LoadScenario, dimension: Dimension): number {
  const groups = Object.values(scenario.clients);
  if (dimension === "connections") return groups.reduce((sum, { count }) => sum + count, 0);
  const published = scenario.publish.reduce((sum, { rate }) => sum + rate, 0);
  const whispered = groups.reduce(
    (sum, { count, whisper }) => sum + count * (whisper?.rate ?? 0),
    0,
  );
  if (published + whispered === 0) {
    throw new UsageError(
      `${scenario.name} sends no events whose rate could be raised; leave out --dimension rate`,
    );
  }
  return published + whispered;
}

/** The scenario with this much load, otherwise the same to each client. */
export function withLoad(
  scenario: LoadScenario,
  dimension: Dimension,
  load: number,
): LoadScenario {
  const factor = load / loadOf(scenario, dimension);
  if (dimension === "connections") return scaled(scenario, factor);
  return {
    ...scenario,
    publish: scenario.publish.map((publisher) => ({ ...publisher, rate: publisher.rate * factor })),
    clients: Object.fromEntries(
      Object.entries(scenario.clients).map(([name, { whisper, ...group }]) => [name, {
        ...group,
        ...(whisper ? { whisper: { ...whisper, rate: whisper.rate * factor } } : {}),
      }]),
    ),
  };
}
