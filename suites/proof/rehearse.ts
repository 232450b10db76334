/**
 * Telling everything once through a proxy that breaks nothing: what fails then is no proof of
 * anything, and what needs longer than most is given the time it needs.
 */
import type { Scenario } from "../language/scenario.ts";
import { actions } from "../language/scenario.ts";
import type { Requirement } from "../requirement.ts";
import { keyOf } from "./checks.ts";
import type { Ground } from "./ground.ts";
import type { Tell } from "./prove.ts";
import { type Failure, stern } from "./stern.ts";

/** A check that waits for what a break keeps back waits as long as its deadline. */
const SHORT_DEADLINE_MS = 1000;

export interface Rehearsed {
  /** The scenarios, ready to be told through breaks. */
  readonly repertoire: readonly Scenario[];
  /** Checks that fail, and must not. */
  readonly spoiled: readonly Failure[];
  /** Keys of checks that fail on a server that is right, as those may that only inform. */
  readonly always: ReadonlySet<string>;
}

/** Tells the scenarios with short deadlines, and those that fail again with their own. */
export async function rehearse(
  scenarios: readonly Scenario[],
  requirement: (id: string) => Requirement,
  ground: Ground,
  tell: Tell,
): Promise<Rehearsed> {
  const hasty = scenarios.map((scenario) => stern(scenario, SHORT_DEADLINE_MS));
  const { passed } = await tell(hasty, ground);
  const patient = scenarios.filter((_, at) => !passed.has(hasty[at]!)) // one for each
    .map((scenario) => stern(scenario, Infinity));
  const { failures } = await tell(patient, ground);
  const informing = new Set(scenarios.flatMap((scenario) => informingKeys(scenario, requirement)));
  return {
    repertoire: [...hasty.filter((scenario) => passed.has(scenario)), ...patient],
    spoiled: failures.filter(({ key }) => !informing.has(key)),
    always: new Set(failures.map(({ key }) => key)),
  };
}

/** Checks that inform and are not scored. */
function informingKeys(
  { family, steps }: Scenario,
  requirement: (id: string) => Requirement,
): string[] {
  return actions(steps).flatMap(({ index, checks }) =>
    checks.filter(({ requirement: id, ambiguity, informs }) => {
      const { level, live, demoted } = requirement(id);
      return ambiguity || informs || live || demoted || level === "info" || level === "may";
    }).map(({ requirement: id }) => keyOf(family, index, id))
  );
}
