/** In which order scenarios are tried on a mutant: those first that are likeliest to notice it. */
import { needsApplication } from "../engine/plan.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Coverage } from "./coverage.ts";
import type { Mutant } from "./mutant.ts";
import type { Finding } from "./table.ts";

/** Scenarios that run beside others and wait for no clock are tried first, so many at a time. */
const FIRST = 40;
const THEN = 300;

/** Lines between a mutant and one that was noticed, at most, for the same scenario to be tried first. */
const NEAR = 30;

/** The scenarios that execute the mutant; all that need its program where it is executed before any begins. */
export function reaching(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  { atStart, withApplication, of }: Coverage,
): Scenario[] {
  const always = atStart.includes(mutant.id);
  const toApplication = withApplication.includes(mutant.id);
  return scenarios.filter((scenario) => {
    const covered = of[scenario.id];
    return covered && covered.fails === undefined &&
      (always || toApplication && needsApplication(scenario) ||
        covered.mutants.includes(mutant.id));
  });
}

/**
 * Batches of scenarios: those first that noticed a mutant near by, then one of each family, the most
 * focused first (they execute the fewest mutants). What waits for clocks, or runs alone, comes last.
 */
export function inBatches(
  mutant: Mutant,
  scenarios: readonly Scenario[],
  { of }: Coverage,
  noticed: readonly Finding[],
): Scenario[][] {
  const distance = new Map<string, number>();
  for (const { file, line, scenario } of noticed) {
    const lines = Math.abs(line - mutant.line);
    if (scenario === undefined || file !== mutant.file || lines > NEAR) continue;
    distance.set(scenario, Math.min(distance.get(scenario) ?? Infinity, lines));
  }
  const breadth = ({ id }: Scenario) => of[id]?.mutants.length ?? 0;
  const nth = new Map<string, number>();
  const ranked = scenarios.toSorted((a, b) => breadth(a) - breadth(b)).map((scenario) => {
    const turn = nth.get(scenario.family) ?? 0;
    nth.set(scenario.family, turn + 1);
    return { scenario, turn, near: distance.get(scenario.id) ?? Infinity };
  }).toSorted((a, b) => a.near === b.near ? a.turn - b.turn : a.near - b.near)
    .map(({ scenario }) => scenario);
  const quick = ranked.filter(isQuick);
  return [
    quick.slice(0, FIRST),
    quick.slice(FIRST, THEN),
    quick.slice(THEN),
    ranked.filter((scenario) => !isQuick(scenario)),
  ].filter((batch) => batch.length > 0);
}

const isQuick = ({ schedule, slow, ownServer }: Scenario) =>
  schedule === "parallel" && !slow && !ownServer;
