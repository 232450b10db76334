/** Scenarios about feeds: each operation adds one entry, told once, shown to those who may see it. */
import { slug } from "../language/parse.ts";
import { type Feed, GUEST, MAKING, OWNER } from "../language/resource.ts";
import { type Cast, type Derived, isClosed, OTHER, type Step } from "./cast.ts";
import { lifeOf } from "./machine.ts";

export function feedScenarios(cast: Cast): Derived[] {
  return Object.entries(cast.resource.feeds).flatMap(([own, feed]) => [
    ...entries(own, feed, cast),
    ...readers(own, feed, cast),
    ...told(own, feed, cast),
  ]);
}

/** Somebody who may see the feed, and hear its event where there is one; undefined: nobody. */
function watcherOf({ by, event }: Feed, cast: Cast): string | undefined {
  const { channel = "" } = cast.resource.events[event?.is ?? ""] ?? {};
  const hearers = cast.resource.channels[channel] ?? [];
  return [cast.reader, ...cast.everybody].find((who) =>
    who !== GUEST && cast.isOneOf(who, by) && (!isClosed(channel) || cast.isOneOf(who, hearers))
  );
}

/** A list of limited length, in which others' entries stand as well, is looked at alone. */
const schedule = ({ most, entry: { of } }: Feed) =>
  most === undefined || of === undefined ? {} : { schedule: "alone" } as const;

const nameOf = (own: string, { name }: Cast) => `${name}.${own}`;

const moves = (cast: Cast, who: string, transition: string, more: Step = {}): Step => ({
  [cast.client(who)]: { resource: cast.name, moves: "$it", by: transition, ...more },
});

/** A transition that somebody is refused first, and which is then made. */
function refusedThenMade(transition: string, cast: Cast): Step[] {
  const by = cast.resource.transitions[transition]?.by ?? [];
  const stranger = cast.everybody.find((who) => !cast.isOneOf(who, by));
  return [
    ...(stranger === undefined ? [] : [moves(cast, stranger, transition, { is: "refused" })]),
    moves(cast, cast.maker(transition), transition),
  ];
}

/** A whole life, and after each of its operations what the feed has. */
function entries(own: string, feed: Feed, cast: Cast): Derived[] {
  const reader = cast.everybody.find((who) => who !== GUEST && cast.isOneOf(who, feed.by));
  if (reader === undefined) return [];
  const reads = {
    [cast.client(reader)]: { feed: nameOf(own, cast), reads: "$it", checks: "APP-412" },
  };
  return [cast.scenario({
    ...schedule(feed),
    id: `${slug(own)}-entries`,
    title:
      `What is done to a ${cast.name} is in its ${own} once, in order, and what was refused not`,
    steps: [
      { [OWNER]: { creates: cast.name, as: "it" } },
      ...(feed.after.includes(MAKING) ? [reads] : []),
      ...lifeOf(cast.resource).flatMap((transition) => [
        ...refusedThenMade(transition, cast),
        reads,
      ]),
    ],
  })];
}

/** Everybody looks, and those see it whom the file names. */
function readers(own: string, feed: Feed, cast: Cast): Derived[] {
  const { everybody, name } = cast;
  const isIn = (who: string) => cast.isOneOf(who, feed.by);
  if (everybody.every(isIn) || !everybody.some(isIn)) return [];
  return [cast.scenario({
    ...schedule(feed),
    id: `${slug(own)}-readers`,
    title: `The ${own} of a ${name} is shown to those whom the file names, and to nobody else`,
    steps: [
      { [OWNER]: { creates: name, as: "it" } },
      ...lifeOf(cast.resource).map((transition) => moves(cast, cast.maker(transition), transition)),
      ...everybody.toSorted((one, other) => Number(isIn(other)) - Number(isIn(one))).map((who) => ({
        [cast.client(who)]: {
          feed: nameOf(own, cast),
          reads: "$it",
          ...(isIn(who) ? {} : { shows: "nothing" }),
          checks: "APP-413",
        },
      })),
      ...othersIn(own, feed, cast),
    ],
  })];
}

/** The owner's own feed has nothing of what is another's, who may not see the owner's either. */
function othersIn(own: string, { by, after, entry }: Feed, cast: Cast): Step[] {
  const isApart = cast.isOneOf(OWNER, by) && !cast.isOneOf(OTHER, by);
  if (!isApart || entry.of === undefined || !after.includes(MAKING)) return [];
  return [
    { [OTHER]: { creates: cast.name, as: "theirs" } },
    {
      [OWNER]: {
        feed: nameOf(own, cast),
        reads: "$theirs",
        askedFor: "$it",
        shows: "nothing",
        checks: "APP-413",
      },
    },
  ];
}

/** Each entry is told, can be read then, and is there for a page that was cut off. */
function told(own: string, feed: Feed, cast: Cast): Derived[] {
  const watcher = watcherOf(feed, cast);
  const tells = cast.resource.events[feed.event?.is ?? ""]?.after ?? [];
  const life = lifeOf(cast.resource);
  const isTold = (transition: string) =>
    tells.includes(transition) && feed.after.includes(transition);
  if (watcher === undefined || !life.some(isTold)) return [];
  const watching = cast.client(watcher);
  const named = nameOf(own, cast);
  const reads = (checks: string) => ({ [watching]: { feed: named, reads: "$it", checks } });
  const heard = (transition: string): Step[] => {
    const move = moves(cast, cast.maker(transition), transition);
    return isTold(transition)
      ? [{ together: [move, { [watching]: { feed: named, learns: "$it", checks: "APP-407" } }] }]
      : [move];
  };
  const begun = [
    { [watching]: "connects" },
    { [OWNER]: { creates: cast.name, as: "it" } },
    { [watching]: { resource: cast.name, follows: "$it" } },
  ];
  const last = life.findLastIndex(isTold);
  return [
    cast.scenario({
      ...schedule(feed),
      id: `${slug(own)}-told`,
      title: `Each entry in the ${own} of a ${cast.name} is told once, after it can be read`,
      steps: [
        ...begun,
        ...life.flatMap(heard),
        reads("APP-412"),
        { [watching]: { feed: named, heardAll: "$it", checks: "APP-412" } },
      ],
    }),
    ...(last < 1 ? [] : [cast.scenario({
      ...schedule(feed),
      id: `${slug(own)}-missed`,
      title: `A page that was cut off finds in the ${own} of a ${cast.name} what it has missed`,
      steps: [
        ...begun,
        { [watching]: { disconnects: null, by: "reset" } },
        ...life.slice(0, last).map((one) => moves(cast, cast.maker(one), one)),
        { [watching]: "connects" },
        { [watching]: { resource: cast.name, follows: "$it" } },
        reads("APP-411"),
        ...heard(life[last] ?? ""),
      ],
    })]),
  ];
}
