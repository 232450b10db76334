/** Scenarios about a resource's own page: what it shows after an outage is what is read. */
import { OWNER } from "../language/resource.ts";
import type { Cast, Derived, Step } from "./cast.ts";
import { lifeOf } from "./machine.ts";

/** The page sees a change, is cut off, misses some, comes back, and sees the last. */
export function pageScenarios(cast: Cast): Derived[] {
  const { name, resource, reader } = cast;
  const life = lifeOf(resource);
  if (resource.page === undefined || life.length === 0) return [];
  const watcher = cast.client(reader);
  const shows: Step = { [watcher]: { resource: name, isConsistent: "$it", checks: "APP-307" } };
  const moves = (transition: string): Step => ({
    [cast.client(cast.maker(transition))]: { resource: name, moves: "$it", by: transition },
  });
  const seen = life.length > 2 ? 1 : 0;
  const missed = Math.max(1, life.length - 1);
  const scenario = cast.scenario({
    id: "page",
    title: `The page of a ${name} shows what is read, also after an outage`,
    examples: [{ name: "reset", how: "reset" }, { name: "closed", how: "close" }],
    steps: [
      { [OWNER]: { creates: name, as: "it" } },
      { [watcher]: { resource: name, keepsUp: "$it" } },
      shows,
      ...life.slice(0, seen).flatMap((transition) => [moves(transition), shows]),
      { [watcher]: { isCut: "$how" } },
      ...life.slice(seen, missed).map(moves),
      { [watcher]: { isBack: null } },
      shows,
      ...life.slice(missed).flatMap((transition) => [moves(transition), shows]),
    ],
  });
  return [{ ...scenario, slow: true, depth: "full", deadline: "10s" }];
}
