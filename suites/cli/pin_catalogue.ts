/**
 * `--catalogue DATE`: judges by the requirements and checks that there were on that day. What is
 * newer still runs and is shown, and never makes a gate red that was green.
 */
import { checksOf } from "../engine/plan.ts";
import type { Scenario, Step } from "../engine/scenario.ts";
import type { Days } from "../language/since.ts";
import type { Newer } from "../record/check/lines.ts";
import type { Requirement } from "../record/requirement.ts";

export interface Pinned {
  readonly requirements: readonly Requirement[];
  readonly scenarios: readonly Scenario[];
  /** Ids of scenarios that ask nothing that is not newer: what else goes wrong there informs too. */
  readonly whole: ReadonlySet<string>;
  /** What only informs, each scenario or table of them once. */
  readonly newer: readonly Newer[];
}

/** The catalogue of a day; a user's own scenarios have no day, and are judged as they are. */
export function pinCatalogue(
  date: string,
  requirements: readonly Requirement[],
  scenarios: readonly Scenario[],
  days: Days,
): Pinned {
  const isNew = (day: string | undefined) => day !== undefined && day > date;
  const late = new Set(requirements.filter(({ since }) => isNew(since)).map(({ id }) => id));
  const newer = new Map<string, Newer>();
  const whole = new Set<string>();
  const pinned = scenarios.map((scenario): Scenario => {
    const informs = (requirement: string) => {
      if (!late.has(requirement) && !isNew(days.of(scenario, requirement))) return false;
      const { family } = scenario;
      newer.set(`${family} ${requirement}`, { scenario: family, requirement });
      return true;
    };
    const asked = checksOf(scenario);
    if (asked.length > 0 && asked.every(informs)) whole.add(scenario.id);
    return { ...scenario, steps: scenario.steps.map((step) => informing(step, informs)) };
  });
  return {
    requirements: requirements.map((row) => late.has(row.id) ? { ...row, level: "info" } : row),
    scenarios: pinned,
    whole,
    newer: [...newer.values()],
  };
}

/** The step with the checks marked that only inform. */
function informing(step: Step, informs: (requirement: string) => boolean): Step {
  if (step.kind !== "action") {
    return { ...step, steps: step.steps.map((inner) => informing(inner, informs)) };
  }
  const checks = step.checks.map((check) =>
    informs(check.requirement) ? { ...check, informs: true as const } : check
  );
  return { ...step, checks };
}
