/** Scenarios about who may know what: reading, listening, secrets. */
import { GUEST, OWNER } from "../language/resource.ts";
import { type Cast, type Derived, isClosed, type Step } from "./cast.ts";
import { hearersOf } from "./hearers.ts";
import { lifeOf } from "./machine.ts";

export function peopleScenarios(cast: Cast): Derived[] {
  return [...readers(cast), ...listed(cast), ...hearers(cast), ...secrets(cast)];
}

/** Who may read one, and nobody else. */
function readers(cast: Cast): Derived[] {
  const { name, resource: { read, states }, everybody } = cast;
  return [cast.scenario({
    id: "readers",
    title: `A ${name} is read by those whom the file names, and by nobody else`,
    steps: [
      { [OWNER]: { creates: name, as: "it" } },
      ...everybody.map((who) => ({
        [cast.client(who)]: {
          resource: name,
          reads: "$it",
          ...(cast.isOneOf(who, read.by) ? { state: states[0] } : { is: "refused" }),
          checks: "APP-410",
        },
      })),
    ],
  })];
}

/** In whose list it stands. Others may have made many meanwhile: those need not find it who see all. */
function listed(cast: Cast): Derived[] {
  const { name, resource: { list }, everybody } = cast;
  const by = list?.by;
  if (by === undefined || everybody.every((who) => cast.isOneOf(who, by))) return [];
  const looking = everybody.filter((who) => who === OWNER || !cast.isOneOf(who, by));
  return [cast.scenario({
    id: "listed",
    title: `A ${name} stands in the list of those whom the file names, and of nobody else`,
    steps: [
      { [OWNER]: { creates: name, as: "it" } },
      ...looking.map((who) => ({
        [cast.client(who)]: {
          list: name,
          reads: "$it",
          ...(cast.isOneOf(who, by) ? {} : { shows: "nothing" }),
          checks: "APP-413",
        },
      })),
    ],
  })];
}

/** A pattern of a channel in the scenario's names. */
const named = (pattern: string) =>
  pattern.replaceAll("${id}", "${it}").replaceAll("${owner}", "${owner.userId}");

/** Who is signed for each channel, and nobody else. */
function hearers(cast: Cast): Derived[] {
  const { name, resource: { channels }, everybody } = cast;
  const closed = Object.entries(channels).filter(([channel]) => isClosed(channel));
  if (closed.length === 0) return [];
  return [cast.scenario({
    id: "hearers",
    title:
      `The channels of a ${name} are signed for those whom the file names, and for nobody else`,
    steps: [
      { together: everybody.map((who) => ({ [cast.client(who)]: "connects" })) },
      { [OWNER]: { creates: name, as: "it" } },
      ...closed.flatMap(([channel, those]) =>
        everybody.map((who) => ({
          [cast.client(who)]: {
            asksToHear: named(channel),
            ...(cast.isOneOf(who, those) ? {} : { is: "refused" }),
            checks: "APP-028",
          },
        }))
      ),
    ],
  })];
}

/**
 * Its secrets through its whole life: everybody reads, lists, catches up and listens as far as he
 * may, and asks for what he may not, of which the refusal must not tell either.
 */
function secrets(cast: Cast): Derived[] {
  const { name, resource, everybody } = cast;
  if (Object.keys(resource.secrets).length === 0) return [];
  const listeners = everybody.filter((who) => who !== GUEST);
  const look = (): Step[] =>
    everybody.flatMap((who) =>
      (["read", "list", "catchUp"] as const).filter((part) => resource[part] !== undefined).map((
        by,
      ) => ({
        [cast.client(who)]: { resource: name, reads: "$it", by, is: "either" },
      }))
    );
  return [cast.scenario({
    id: "secrets",
    title:
      `The secrets of a ${name} reach nobody whom the file does not name, through its whole life`,
    steps: [
      { together: listeners.map((who) => ({ [cast.client(who)]: "connects" })) },
      { [OWNER]: { creates: name, as: "it" } },
      ...listeners.map((who) => ({ [cast.client(who)]: { resource: name, follows: "$it" } })),
      ...look(),
      ...lifeOf(resource).flatMap((transition) => [
        ...everybody.filter((who) => !cast.isOneOf(who, resource.transitions[transition]?.by ?? []))
          .map((who) => ({
            [cast.client(who)]: {
              resource: name,
              moves: "$it",
              by: transition,
              is: "refused",
              checks: "APP-404",
            },
          })),
        { [cast.client(cast.maker(transition))]: { resource: name, moves: "$it", by: transition } },
        ...look(),
      ]),
      ...hearersOf(lifeOf(resource), cast).slice(0, 1).map((who) => ({
        [cast.client(who)]: { resource: name, heardAll: "$it", checks: "APP-406" },
      })),
      {
        hides: {
          resource: name,
          secretsOf: "$it",
          from: everybody.map((who) => cast.client(who)),
          checks: "APP-409",
        },
      },
    ],
  })];
}
