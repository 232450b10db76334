/** Scenarios about what is told: each transition once, in order, and what a page fetches after a cut. */
import { MAKING, OWNER, type Resource } from "../language/resource.ts";
import type { Cast, Derived, Step } from "./cast.ts";
import { hearerOf, hearersOf } from "./hearers.ts";
import { lifeOf } from "./machine.ts";

export function eventScenarios(cast: Cast): Derived[] {
  return [...made(cast), ...told(cast), ...missed(cast)];
}

/** Whether those who follow an earlier one hear of the making: no channel of its own was there before. */
export const isToldToAll = ({ after, channel }: Resource["events"][string]): boolean =>
  after.includes(MAKING) && !channel.includes("${id}");

/** The making of one is told to those who follow an earlier one of the same owner. */
function made(cast: Cast): Derived[] {
  const { name, resource: { events } } = cast;
  const hearers = Object.entries(events).filter(([, event]) => isToldToAll(event))
    .flatMap(([event]) => hearerOf(event, cast) ?? []);
  if (hearers.length === 0) return [];
  const listeners = [...new Set(hearers)].map(cast.client);
  return [cast.scenario({
    id: "made",
    title: `A ${name} that is made is told of once`,
    steps: [
      ...listeners.map((one) => ({ [one]: "connects" })),
      { [OWNER]: { creates: name, as: "first" } },
      ...listeners.map((one) => ({ [one]: { resource: name, follows: "$first" } })),
      { [OWNER]: { creates: name, as: "it" } },
      ...listeners.map((one) => ({
        [one]: { resource: name, heardAll: "$it", following: "$first", checks: "APP-406" },
      })),
      { hides: { unlistedFields: true, from: listeners, checks: "APP-206" } },
    ],
  })];
}

/** Steps in which somebody makes a transition while these wait for what is told of it. */
function movesHeard(
  cast: Cast,
  transition: string,
  checks: readonly string[],
  hearers: readonly string[],
): Step {
  const { name, resource: { events } } = cast;
  const move = {
    [cast.client(cast.maker(transition))]: { resource: name, moves: "$it", by: transition },
  };
  const heard = Object.entries(events).filter(([, { after }]) => after.includes(transition))
    .flatMap(
      ([event]) => {
        const who = hearerOf(event, cast);
        if (who === undefined || !hearers.includes(who)) return [];
        const heard = { resource: name, learns: event, of: "$it", by: transition, checks };
        return [{ [cast.client(who)]: heard }];
      },
    );
  return heard.length === 0 ? move : { together: [move, ...heard] };
}

/** A whole life of one, heard by those who listen from the beginning. */
function told(cast: Cast): Derived[] {
  const { name, resource: { events } } = cast;
  const life = lifeOf(cast.resource);
  const hearers = hearersOf(life, cast);
  if (hearers.length === 0) return [];
  const listeners = hearers.map(cast.client);
  const hasVersions = Object.values(events).some(({ version }) => version !== undefined);
  return [cast.scenario({
    id: "events",
    title: `Every transition of a ${name} is told once, after it can be read`,
    steps: [
      ...listeners.map((one) => ({ [one]: "connects" })),
      { [OWNER]: { creates: name, as: "it" } },
      ...listeners.map((one) => ({ [one]: { resource: name, follows: "$it" } })),
      ...life.map((transition) => movesHeard(cast, transition, ["APP-407"], hearers)),
      ...listeners.flatMap((one) => [
        { [one]: { resource: name, heardAll: "$it", checks: "APP-406" } },
        ...(hasVersions
          ? [{ [one]: { resource: name, heardAll: "$it", judging: "versions", checks: "APP-408" } }]
          : []),
      ]),
      { hides: { unlistedFields: true, from: listeners, checks: "APP-206" } },
    ],
  })];
}

/** A page is cut off, misses transitions, comes back, fetches, and hears what comes next. */
function missed(cast: Cast): Derived[] {
  const { name, reader, resource } = cast;
  const walk = lifeOf(cast.resource);
  // The last one is what it hears of once it is back; before that something has to be missed.
  const isTold = (transition: string) => hearersOf([transition], cast).includes(reader);
  const at = walk.findLastIndex((transition, index) => index > 0 && isTold(transition));
  const last = walk[at];
  if (last === undefined) return [];
  const before = walk.slice(0, at);
  const state = before.reduce(
    (now, transition) => resource.transitions[transition]?.to ?? now,
    resource.states[0],
  );
  const listener = cast.client(reader);
  const by = resource.catchUp === undefined ? "read" : "catchUp";
  return [cast.scenario({
    id: "missed",
    title: `A page that was cut off while a ${name} changed is right once it has fetched again`,
    examples: [
      { name: "closed", how: "close" },
      { name: "reset", how: "reset" },
      { name: "half closed", how: "half-close" },
    ],
    steps: [
      { [listener]: "connects" },
      { [OWNER]: { creates: name, as: "it" } },
      { [listener]: { resource: name, follows: "$it" } },
      { [listener]: { disconnects: null, by: "$how" } },
      ...before.map((transition) => ({
        [cast.client(cast.maker(transition))]: { resource: name, moves: "$it", by: transition },
      })),
      { [listener]: "connects" },
      { [listener]: { resource: name, follows: "$it" } },
      { [listener]: { resource: name, reads: "$it", by, state, checks: "APP-411" } },
      movesHeard(cast, last, ["APP-411"], [reader]),
    ],
  })];
}
