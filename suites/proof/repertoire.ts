/** Which scenarios are told to which break, and which of them only where there is need. */
import type { Break } from "../faults/break.ts";
import type { Scenario } from "../engine/scenario.ts";
import { checksOf } from "../engine/plan.ts";

/** Rows of one family of hostile messages that are told; the others put the same question. */
const HOSTILE_ROWS = 8;
/** A group of more clients than this costs more than a scenario told beside others should. */
const CROWD = 100;

/** Every scenario, but of a hostile family only some rows, spread over the whole table. */
export function sample(scenarios: readonly Scenario[]): Scenario[] {
  const families = Map.groupBy(scenarios, ({ family }) => family);
  return [...families.values()].flatMap((rows) =>
    rows[0]?.schedule === "hostile" && rows.length > HOSTILE_ROWS
      ? Array.from(
        { length: HOSTILE_ROWS },
        (_, n) => rows[Math.floor((n * rows.length) / HOSTILE_ROWS)],
      ).flatMap((row) => row ?? [])
      : rows
  );
}

/** The scenarios that judge a requirement the break violates. */
export function concernedBy(
  { violates }: Break,
  scenarios: readonly Scenario[],
): Scenario[] {
  const violated = new Set<string>(violates);
  return scenarios.filter((scenario) => checksOf(scenario).some((id) => violated.has(id)));
}

/** Whether it puts clients on several nodes of one server. */
export const needsNodes = ({ needs }: Scenario): boolean => needs.includes("nodes");

/** Quick, and told beside others. */
export function isCheap({ schedule, slow, ownServer, clients }: Scenario): boolean {
  return schedule === "parallel" && !slow && !ownServer &&
    Object.values(clients).every(({ count }) => count <= CROWD);
}
