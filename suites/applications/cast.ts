/** Who plays in a derived scenario, and how a resource gets to a state. */
import { didOf, GUEST, OWNER, type Resource } from "../language/resource.ts";
import { after, madeBefore, placesOf, type Reached } from "./machine.ts";

/** A step of a scenario file. */
export type Step = Readonly<Record<string, unknown>>;

/** A scenario as a file has it. */
export interface Derived {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly clients: Readonly<Record<string, { readonly count?: number }>>;
  readonly steps: readonly Step[];
  readonly examples?: readonly Step[];
  readonly schedule?: "alone";
  readonly slow?: true;
  readonly depth?: "full";
  readonly deadline?: string;
}

/** Somebody of the owner's role whose resource it is not. */
export const OTHER = "other";
/** Before a role: somebody of it beside the one whom the role names. */
const ANOTHER = "another ";
/** What is signed for before it is heard. */
export const isClosed = (channel: string): boolean => /^(private|presence)-/.test(channel);

/** How the scenarios of one resource are cast. */
export interface Cast {
  readonly name: string;
  readonly resource: Resource;
  /** Everybody there can be: the owner, another like him, one of each role, and a guest. */
  readonly everybody: readonly string[];
  /** The client who plays somebody: the owner, or a person of a role. */
  client(who: string): string;
  /** Whether somebody is one of those named. */
  isOneOf(who: string, those: readonly string[]): boolean;
  /** Who makes a transition when it does not matter who: somebody of a role rather than the owner. */
  maker(transition: string): string;
  /** The nearest place where these may all be asked for; undefined where there is none. */
  startOf(...transitions: readonly string[]): Reached | undefined;
  /** The nearest place of every state that can be reached. */
  readonly states: readonly Reached[];
  /** Somebody who may read it. */
  readonly reader: string;
  /** Steps that make one, as `$it`, and bring it to a place. */
  brought({ path }: Pick<Reached, "path">): readonly Step[];
  /** A scenario in which these people, and everybody its steps name, are logged in first. */
  scenario(told: {
    readonly id: string;
    readonly title: string;
    readonly steps: readonly Step[];
    readonly groups?: Readonly<Record<string, { readonly count: number; readonly role: string }>>;
    readonly examples?: readonly Step[];
    /** It looks at what all scenarios share. */
    readonly schedule?: "alone";
  }): Derived;
}

/** Casts the scenarios of one resource. */
export function cast(name: string, resource: Resource, roles: readonly string[]): Cast {
  const { transitions, create, read } = resource;
  const maker = (transition: string): string => {
    const { by = [] } = transitions[transition] ?? {};
    const before = madeBefore({ by });
    if (before !== undefined) return maker(before);
    return by.find((who) => who !== OWNER && didOf(who) === undefined) ?? OWNER;
  };
  const firsts = Object.values(transitions).flatMap(({ by }) =>
    by.flatMap((who) => didOf(who) ?? [])
  );
  // Beside whoever has made a transition, somebody of his role who has not.
  const others = [...new Set(firsts.map(maker))].filter((who) => who !== OWNER && who !== create.by)
    .map((role) => `${ANOTHER}${role}`);
  const everybody = [
    OWNER,
    OTHER,
    ...roles.filter((role) => role !== create.by),
    ...others,
    GUEST,
  ];
  const titled = (role: string) =>
    role.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase());
  const client = (who: string) => {
    if (who === OWNER || who === OTHER || who === GUEST) return who;
    if (who === create.by) return OTHER;
    return who.startsWith(ANOTHER) ? `another${titled(roleOf(who))}` : `a${titled(who)}`;
  };
  const roleOf = (who: string) =>
    who === OWNER || who === OTHER
      ? create.by
      : who.startsWith(ANOTHER)
      ? who.slice(ANOTHER.length)
      : who;
  const hasDone = (who: string, name: string | undefined) =>
    name !== undefined && client(maker(name)) === client(who);
  const places = placesOf(resource);
  const reader = read.by.includes(OWNER) || read.by.includes(create.by)
    ? OWNER
    : read.by[0] ?? OWNER;

  return {
    name,
    resource,
    everybody,
    client,
    maker,
    states: [...Map.groupBy(places, ({ state }) => state).values()].flatMap(([first]) =>
      first ?? []
    ),
    reader,
    isOneOf: (who, those) =>
      those.includes(who) || those.includes(roleOf(who)) ||
      those.some((one) => hasDone(who, didOf(one))),
    startOf: (...names) =>
      places.find((place) => names.every((one) => after(resource, place, one) !== undefined)),
    brought: ({ path }) => [
      { [OWNER]: { creates: name, as: "it" } },
      ...path.map((transition) => ({
        [client(maker(transition))]: { resource: name, moves: "$it", by: transition },
      })),
    ],
    scenario: ({ id, title, steps, groups = {}, examples, schedule }) => {
      const text = JSON.stringify(steps);
      const players = everybody.filter((who) => text.includes(`"${client(who)}"`));
      return {
        id: `application/${name}/${id}`,
        title,
        needs: text.includes('"follows":') && Object.keys(resource.channels).some(isClosed)
          ? ["application", "application.authorizeChannel"]
          : ["application"],
        clients: {
          ...Object.fromEntries(players.map((who) => [client(who), {}])),
          ...Object.fromEntries(
            Object.entries(groups).map(([group, { count }]) => [
              group,
              { count },
            ]),
          ),
        },
        ...(examples ? { examples } : {}),
        ...(schedule ? { schedule } : {}),
        steps: [
          {
            together: [
              ...players.map((who) => ({ [client(who)]: { isA: roleOf(who) } })),
              ...Object.entries(groups).map(([group, { role }]) => ({ [group]: { isA: role } })),
            ],
          },
          ...steps,
        ],
      };
    },
  };
}
