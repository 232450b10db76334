/** Scenarios about transitions one at a time: from where, twice, and by whom. */
import { slug } from "../language/parse.ts";
import type { Transition } from "../language/resource.ts";
import type { Cast, Derived, Step } from "./cast.ts";
import { leadsAway } from "./machine.ts";

export function transitionScenarios(cast: Cast): Derived[] {
  return Object.entries(cast.resource.transitions).flatMap(([name, transition]) => [
    ...onlyFromItsStates(name, transition, cast),
    ...twice(name, transition, cast),
    ...onlyByItsPeople(name, transition, cast),
  ]);
}

const moves = (cast: Cast, who: string, by: string, more: Step = {}): Step => ({
  [cast.client(who)]: {
    resource: cast.name,
    moves: "$it",
    by,
    seenBy: cast.client(cast.reader),
    ...more,
  },
});

/** It is made from the states of the file, and refused in all others that can be reached. */
function onlyFromItsStates(name: string, transition: Transition, cast: Cast): Derived[] {
  const { from, to, again } = transition;
  const start = cast.startOf(name);
  if (start === undefined) return [];
  const maker = cast.maker(name);
  // Where it leads to, the same person may be answered the same again.
  const elsewhere = cast.states.filter(({ state }) =>
    !from.includes(state) && !(again === "same" && state === to)
  );
  return [cast.scenario({
    id: `${slug(name)}-from-its-states`,
    title: `${name} of one ${cast.name} is made where the file allows it, and nowhere else`,
    steps: [
      ...cast.brought(start),
      moves(cast, maker, name, { checks: "APP-402" }),
      ...elsewhere.flatMap((place) => [
        ...cast.brought(place),
        moves(cast, maker, name, { is: "refused", checks: "APP-402" }),
      ]),
    ],
  })];
}

/** The same request again by the same person. */
function twice(name: string, transition: Transition, cast: Cast): Derived[] {
  const start = cast.startOf(name);
  if (start === undefined || (!leadsAway(transition) && transition.again === "refused")) return [];
  const maker = cast.maker(name);
  return [cast.scenario({
    id: `${slug(name)}-twice`,
    title: `${name} that the same person asks for twice has one effect`,
    steps: [
      ...cast.brought(start),
      moves(cast, maker, name),
      moves(cast, maker, name, { again: true, checks: "APP-403" }),
    ],
  })];
}

/** Whoever the file does not name is refused, and nothing changes. */
function onlyByItsPeople(name: string, transition: Transition, cast: Cast): Derived[] {
  const start = cast.startOf(name);
  const others = cast.everybody.filter((who) => !cast.isOneOf(who, transition.by));
  if (start === undefined || others.length === 0) return [];
  return [cast.scenario({
    id: `${slug(name)}-by-its-people`,
    title: `${name} of one ${cast.name} is refused to everybody whom the file does not name`,
    steps: [
      ...cast.brought(start),
      ...others.map((who) => moves(cast, who, name, { is: "refused", checks: "APP-404" })),
      moves(cast, cast.maker(name), name, { checks: "APP-404" }),
    ],
  })];
}
