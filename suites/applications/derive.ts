/**
 * Scenarios from what an application file declares: for each resource, only what the file says of
 * it. They are scenario files like those a person writes, so the report shows their steps.
 */
import { ROLES } from "../language/operations.ts";
import type { Figures } from "../language/figure.ts";
import type { Leases } from "../language/lease.ts";
import type { Resource, Resources } from "../language/resource.ts";
import { cast, type Derived } from "./cast.ts";
import { contentionScenarios } from "./derive_contention.ts";
import { eventScenarios } from "./derive_events.ts";
import { feedScenarios } from "./derive_feeds.ts";
import { figureScenarios } from "./derive_figures.ts";
import { leaseScenarios } from "./derive_leases.ts";
import { pageScenarios } from "./derive_pages.ts";
import { peopleScenarios } from "./derive_people.ts";
import { requestScenarios } from "./derive_requests.ts";
import { transitionScenarios } from "./derive_transitions.ts";

/** The scenarios of logging in, of which there is one a role. */
export const LOGIN = "application/access/login";

/** What a file declares, and what can be asked of it. */
interface Declared {
  readonly resources: Resources;
  readonly leases: Leases;
  readonly figures: Figures;
  readonly roles: readonly string[];
}

/** A scenario file's content for all that is declared; undefined where there is nothing. */
export function deriveScenarios(declared: Declared): object | undefined {
  const { resources, roles } = declared;
  const scenarios = [
    ...Object.entries(resources).flatMap(([name, resource]) => derivedOf(name, resource, roles)),
    ...leaseScenarios(declared),
    ...figureScenarios(declared),
  ];
  return scenarios.length === 0
    ? undefined
    : { version: 1, suite: "application", scenarios: [...scenarios, ...logins(roles)] };
}

/** Logging in as each role that is the file's own; those of auctions and orders are tried anyway. */
function logins(roles: readonly string[]): Derived[] {
  const usual: readonly string[] = ROLES;
  const examples = roles.filter((role) => !usual.includes(role))
    .map((role) => ({ name: role, role }));
  return examples.length === 0 ? [] : [{
    id: LOGIN,
    title: "Who gives the right password is logged in, whatever he is",
    needs: ["application"],
    clients: { ana: {} },
    examples,
    steps: [{ ana: { isA: "$role", checks: "APP-025" } }],
  }];
}

function derivedOf(name: string, resource: Resource, roles: readonly string[]): Derived[] {
  const people = cast(name, resource, roles);
  return [
    contentionScenarios,
    transitionScenarios,
    requestScenarios,
    peopleScenarios,
    eventScenarios,
    feedScenarios,
    pageScenarios,
  ]
    .flatMap((derive) => derive(people));
}
