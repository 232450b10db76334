/**
 * Telling everything once through a proxy that breaks nothing: what fails then is no proof of
 * anything, and what needs longer than most is given the time it needs.
 */
import type { Scenario } from "../engine/scenario.ts";
import { actions } from "../language/scenario.ts";
import type { Requirement } from "../record/requirement.ts";
import { keyOf } from "./checks.ts";
import type { Ground } from "./fixture.ts";
import type { Tell } from "./run_with_fault.ts";
import { type Failure, stern } from "./strict.ts";

/**
 * What a break keeps back is waited for as long as the deadline allows, so the shortest one is
 * taken that a server which is right keeps to; at last the scenario's own.
 */
const DEADLINES_MS = [1000, 2500, 5000, Infinity];

export interface Rehearsed {
  /** The scenarios, ready to be told through breaks. */
  readonly repertoire: readonly Scenario[];
  /** Checks that fail, and must not. */
  readonly spoiled: readonly Failure[];
  /** Keys of checks that fail on a server that is right, as those may that only inform. */
  readonly always: ReadonlySet<string>;
}

/** Tells the scenarios with the shortest deadline, and those that fail again with longer ones. */
export async function rehearse(
  scenarios: readonly Scenario[],
  requirement: (id: string) => Requirement,
  ground: Ground,
  tell: Tell,
): Promise<Rehearsed> {
  const informing = new Set(scenarios.flatMap((scenario) => informingKeys(scenario, requirement)));
  const repertoire: Scenario[] = [];
  let left = scenarios;
  let failures: readonly Failure[] = [];
  for (const deadlineMs of DEADLINES_MS) {
    const params = left.map((scenario) => stern(scenario, deadlineMs));
    const { passed, ...came } = await tell(params, ground);
    failures = came.failures;
    repertoire.push(...params.filter((scenario) => passed.has(scenario)));
    left = params.flatMap((scenario, at) => passed.has(scenario) ? [] : left[at] ?? []);
    if (deadlineMs === DEADLINES_MS.at(-1)) {
      repertoire.push(...params.filter((scenario) => !passed.has(scenario)));
    }
  }
  return {
    repertoire,
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
