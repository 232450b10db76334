/** Scenarios about many who ask at one instant: one wins, and no quantity leaves its bounds. */
import { slug } from "../language/parse.ts";
import { didOf, OWNER, type Transition } from "../language/resource.ts";
import type { Cast, Derived, Step } from "./cast.ts";
import { hearersOf } from "./hearers.ts";
import { leadsAway, type Reached } from "./machine.ts";

/** Racers, and how often each asks: enough for a gap of a millisecond to be hit. */
const RACERS = 6;
const EACH = 2;
const TIMES = { quick: 3, full: 100 };
/** Requests at one instant beyond which a quantity is not raced to its bound. */
const MOST_AT_ONCE = 48;

export function contentionScenarios(cast: Cast): Derived[] {
  const transitions = Object.entries(cast.resource.transitions);
  const pairs = transitions.flatMap(([name, transition], at) =>
    transitions.slice(at + 1).flatMap(([other, another]) =>
      againstEachOther([name, transition], [other, another], cast)
    )
  );
  return [
    ...transitions.flatMap(([name, transition]) => once(name, transition, cast)),
    ...pairs,
    ...transitions.flatMap(([name, transition]) => withinBounds(name, transition, cast)),
  ];
}

/** The role of a group that may ask for a transition; undefined where only one person may, many times. */
const racersOf = ({ by }: Transition) =>
  by.find((who) => who !== OWNER && didOf(who) === undefined);

export function race(
  cast: Cast,
  start: Reached,
  among: readonly {
    readonly who: string;
    readonly asks: string;
    readonly times: number;
    readonly sameKey?: boolean;
  }[],
  checks: readonly string[],
): Step {
  const { name, reader } = cast;
  const watcher = cast.client(reader);
  const isTold = hearersOf(among.map(({ asks }) => asks), cast).includes(reader);
  const [made, ...moved] = cast.brought(start);
  return {
    repeat: {
      times: TIMES,
      steps: [
        made,
        // Before anything changes: what was told late of an earlier change is told of that one.
        ...(isTold ? [{ [watcher]: { resource: name, follows: "$it" } }] : []),
        ...moved,
        { race: { resource: name, of: "$it", among, reader: watcher, checks } },
        ...(isTold ? [{ [watcher]: { resource: name, heardAll: "$it", checks: "APP-406" } }] : []),
      ],
    },
  };
}

/** Racing people hear of what they did: their reader is connected beforehand where there are events. */
export const connected = ({ resource, client, reader }: Cast): Step[] =>
  Object.keys(resource.events).length === 0 ? [] : [{ [client(reader)]: "connects" }];

/** A group that asks for a transition, or the one who may many times. */
export function racing(name: string, transition: Transition, { client, maker }: Cast) {
  const role = racersOf(transition);
  const groups: Record<string, { count: number; role: string }> = role === undefined
    ? {}
    : { racers: { count: RACERS, role } };
  const among = role === undefined
    ? [{ who: client(maker(name)), asks: name, times: RACERS * EACH }]
    : [{ who: "racers", asks: name, times: EACH }];
  return { groups, among };
}

/** Many ask for one transition at one instant. */
function once(name: string, transition: Transition, cast: Cast): Derived[] {
  const start = cast.startOf(name);
  if (start === undefined || !leadsAway(transition)) return [];
  const { groups, among } = racing(name, transition, cast);
  return [cast.scenario({
    id: onceName(name, transition, cast),
    title: `Of many who ask for ${name} of one ${cast.name} at one instant, one gets it`,
    groups,
    steps: [...connected(cast), race(cast, start, among, ["APP-401"])],
  })];
}

/** `claimed-once`, or with the transition where several lead to one state. */
function onceName(name: string, { to = "" }: Transition, { resource }: Cast): string {
  const others = Object.values(resource.transitions).filter((one) => one.to === to);
  return others.length > 1 ? `${slug(to)}-once-by-${slug(name)}` : `${slug(to)}-once`;
}

/** Two different transitions from one state at one instant: they lead to different places. */
function againstEachOther(
  [name, transition]: readonly [string, Transition],
  [other, another]: readonly [string, Transition],
  cast: Cast,
): Derived[] {
  if (!leadsAway(transition) || !leadsAway(another)) return [];
  const start = cast.startOf(name, other);
  if (start === undefined) return [];
  const sides = [[name, transition, "racers"], [other, another, "rivals"]] as const;
  const groups = Object.fromEntries(sides.flatMap(([, one, group]) => {
    const role = racersOf(one);
    return role === undefined ? [] : [[group, { count: RACERS / 2, role }]];
  }));
  const among = sides.map(([asks, one, group]) =>
    racersOf(one) === undefined
      ? { who: cast.client(cast.maker(asks)), asks, times: RACERS }
      : { who: group, asks, times: EACH }
  );
  return [cast.scenario({
    id: `${slug(name)}-against-${slug(other)}`,
    title: `${name} and ${other} of one ${cast.name} at one instant are made one after the other`,
    groups,
    steps: [...connected(cast), race(cast, start, among, ["APP-401"])],
  })];
}

/** More ask for a quantity than there is of it. */
function withinBounds(name: string, transition: Transition, cast: Cast): Derived[] {
  const start = cast.startOf(name);
  if (start === undefined || leadsAway(transition)) return [];
  const { quantities } = cast.resource;
  return Object.entries(transition.changes).flatMap(([quantity, change]): Derived[] => {
    const { least, most } = quantities[quantity] ?? {};
    const bound = change < 0 ? least : most;
    if (bound === undefined || change === 0) return [];
    const room = Math.floor((bound - (start.quantities[quantity] ?? 0)) / change);
    const requests = room + RACERS;
    if (room < 0 || requests > MOST_AT_ONCE) return [];
    const role = racersOf(transition);
    const times = Math.ceil(requests / RACERS);
    const among = role === undefined
      ? [{ who: cast.client(cast.maker(name)), asks: name, times: requests }]
      : [{ who: "racers", asks: name, times }];
    return [cast.scenario({
      id: `${slug(quantity)}-never-${change < 0 ? "below" : "above"}-${slug(String(bound))}-by-${
        slug(name)
      }`,
      title: `More ask for ${name} at one instant than the ${quantity} of one ${cast.name} allow`,
      ...(role === undefined ? {} : { groups: { racers: { count: RACERS, role } } }),
      steps: [...connected(cast), race(cast, start, among, ["APP-405"])],
    })];
  });
}
