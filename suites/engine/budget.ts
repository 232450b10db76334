/**
 * What a run may take of a target that is paid for, or that limits what it gives: messages and
 * connections. No scenario begins that would take more than is left, by what it asks at least; what
 * it has taken in the end is counted in its evidence.
 */
import type { Evidence } from "../record/evidence.ts";
import { counting } from "../record/numbers.ts";
import { type Demand, demandOf, type Depth } from "./demand.ts";
import type { Scenario } from "./scenario.ts";
import { spentBy } from "./spent.ts";

/** What may be taken at most; what is absent is not limited. */
export type Limits = Readonly<Partial<Record<Limited, number>>>;
export const LIMITED = ["messages", "connections"] as const;
export type Limited = typeof LIMITED[number];

export interface Budget {
  /** Reserves what a scenario asks. Says why not, where it asks for more than is left. */
  reserve(scenario: Scenario): string | undefined;
  /** Counts what was taken; with a scenario, in the place of what was reserved for it. */
  spend(events: readonly Evidence[], scenario?: Scenario): void;
}

export function openBudget(limits: Limits, depth: Depth): Budget {
  const limited = LIMITED.filter((key) => limits[key] !== undefined);
  const taken = { messages: 0, connections: 0 };
  const reserved = new Map<string, Demand>();
  const add = (what: Pick<Demand, Limited>, sign: 1 | -1) => {
    for (const key of LIMITED) taken[key] += sign * what[key];
  };
  return {
    reserve(scenario) {
      const asked = demandOf(scenario, depth);
      for (const key of limited) {
        const left = Math.max(0, (limits[key] ?? Infinity) - taken[key]);
        if (asked[key] <= left) continue;
        const one = key.replace(/s$/, "");
        return `it asks for ${counting(asked[key], one)} at least, and --budget leaves ${left}`;
      }
      reserved.set(scenario.id, asked);
      add(asked, 1);
      return undefined;
    },
    spend(events, scenario) {
      const before = scenario && reserved.get(scenario.id);
      if (scenario && before) {
        reserved.delete(scenario.id);
        add(before, -1);
      }
      add(spentBy(events), 1);
    },
  };
}
