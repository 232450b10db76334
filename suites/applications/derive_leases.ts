/** Scenarios about leases: somebody is there while he keeps it alive, and gone when its time is over. */
import type { Lease, Leases } from "../language/lease.ts";
import { GUEST, OWNER, type Resources } from "../language/resource.ts";
import { type Derived, isClosed, type Step } from "./cast.ts";
import { asksToHear, clientOf, played } from "./play.ts";

/** A lease that lasts longer than this many seconds is waited for at full depth only. */
const LONG = 10;
/** When it is prolonged, of its time: what is not prolonged is gone soon after. */
const PROLONGED_AT = 0.7;

interface Declared {
  readonly leases: Leases;
  readonly resources: Resources;
  readonly roles: readonly string[];
}

/** Who plays in the scenarios of one lease. */
interface Play {
  readonly name: string;
  readonly lease: Lease;
  readonly roles: readonly string[];
  /** The role of whoever makes what it is about. */
  readonly ownerRole: string | undefined;
}

export function leaseScenarios({ leases, resources, roles }: Declared): Derived[] {
  return Object.entries(leases).flatMap(([name, lease]) => {
    const ownerRole = lease.of === undefined ? undefined : resources[lease.of]?.create.by;
    const play: Play = { name, lease, roles, ownerRole };
    return [...kept(play), ...readers(play), ...hearers(play)];
  });
}

/** A step about the lease, of the resource where it is about one. */
const about = ({ name, lease }: Play, said: Step): Step => ({
  lease: name,
  ...said,
  ...(lease.of === undefined ? {} : { of: "$it" }),
});

/** A scenario in which these people are logged in first, and what it is about is made. */
function scenario(
  { name, lease, ownerRole }: Play,
  { id, title, people, steps, more = {} }: {
    readonly id: string;
    readonly title: string;
    readonly people: Readonly<Record<string, string>>;
    readonly steps: readonly Step[];
    readonly more?: Partial<Derived>;
  },
): Derived {
  const making = { [OWNER]: { creates: lease.of, as: "it" } };
  return played(name, {
    id,
    title,
    people: ownerRole === undefined ? people : { ...people, [OWNER]: ownerRole },
    channel: lease.event?.channel,
    steps: lease.of === undefined ? steps : [making, ...steps],
    more,
  });
}

/** A keeper, and somebody else who may see who is there and hears of it. */
function castOf({ lease, ownerRole }: Play) {
  const [first = ""] = lease.keep.by;
  const keeper = first === OWNER ? OWNER : "keeper";
  const { hearers = lease.read.by } = lease.event ?? {};
  const watching = lease.read.by.filter((who) => hearers.includes(who) && who !== OWNER);
  const role = watching.find((who) => who !== first) ?? watching[0];
  const people: Record<string, string> = {
    [keeper]: first === OWNER ? ownerRole ?? "" : first,
    ...(role === undefined ? {} : { watcher: role }),
  };
  return { keeper, watcher: role === undefined ? undefined : "watcher", people };
}

/** He comes, goes on, stops, and is gone when its time is over; comes again, and ends it. */
function kept(play: Play): Derived[] {
  const { name, lease } = play;
  const { keeper, watcher, people } = castOf(play);
  if (watcher === undefined) return [];
  const { event, end, lasts } = lease;
  const moves = (what: "keep" | "end") => ({
    [keeper]: about(play, { moves: what, checks: "APP-414" }),
  });
  const reads = (what: "there" | "gone") => ({
    [watcher]: about(play, { reads: what, whose: keeper, checks: "APP-414" }),
  });
  const learns = (what: "there" | "gone"): Step[] =>
    event === undefined
      ? []
      : [{ [watcher]: about(play, { learns: what, whose: keeper, checks: "APP-415" }) }];
  return [scenario(play, {
    id: "kept",
    title: `Somebody is ${name} while he keeps it alive, and is gone when its time is over`,
    people,
    more: { slow: true, ...(lasts > LONG ? { depth: "full" } : {}) },
    steps: [
      ...(event === undefined ? [] : [
        { [watcher]: "connects" },
        { [watcher]: about(play, { follows: null }) },
      ]),
      moves("keep"),
      ...learns("there"),
      reads("there"),
      {
        pause: {
          for: `${Math.round(1000 * PROLONGED_AT * lasts)}ms`,
          because: "it is prolonged late",
        },
      },
      moves("keep"),
      reads("there"),
      ...learns("gone"),
      reads("gone"),
      moves("keep"),
      ...learns("there"),
      reads("there"),
      ...(end === undefined ? [] : [moves("end"), reads("gone"), ...learns("gone")]),
      ...(event === undefined ? [] : [
        { [watcher]: about(play, { heardAll: null, whose: keeper, checks: "APP-415" }) },
        { hides: { unlistedFields: true, from: [watcher], checks: "APP-206" } },
      ]),
    ],
  })];
}

/** Everybody: one of each role, the owner of what it is about, and a guest. */
const everybody = ({ roles, ownerRole }: Play): readonly string[] => [
  ...(ownerRole === undefined ? [] : [OWNER]),
  ...roles,
  GUEST,
];

const peopleOf = (play: Play) =>
  Object.fromEntries(
    everybody(play).map((who) => [
      clientOf(who),
      who === OWNER ? play.ownerRole ?? "" : who,
    ]),
  );

/** Who is there is shown to those who are named, and to nobody else. */
function readers(play: Play): Derived[] {
  const { name, lease } = play;
  const { keeper, people } = castOf(play);
  const all = everybody(play);
  const isIn = (who: string) => lease.read.by.includes(who);
  if (!all.some(isIn)) return [];
  return [scenario(play, {
    id: "readers",
    title: `Who is ${name} is shown to those whom the file names, and to nobody else`,
    people: { ...peopleOf(play), ...(keeper === OWNER ? {} : { keeper: people[keeper] ?? "" }) },
    steps: all.toSorted((one, other) => Number(isIn(other)) - Number(isIn(one))).flatMap((who) => [
      { [keeper]: about(play, { moves: "keep" }) },
      {
        [clientOf(who)]: about(play, {
          reads: isIn(who) ? "there" : "nothing",
          whose: keeper,
          checks: "APP-413",
        }),
      },
    ]),
  })];
}

/** The channel is signed for those who are named, and for nobody else. */
function hearers(play: Play): Derived[] {
  const { name, lease: { event } } = play;
  if (event === undefined || !isClosed(event.channel)) return [];
  const all = everybody(play);
  const channel = event.channel.replaceAll("${id}", "${it}")
    .replaceAll("${owner}", "${owner.userId}");
  return [scenario(play, {
    id: "hearers",
    title: `The channel that tells who is ${name} is signed for those whom the file names`,
    people: peopleOf(play),
    steps: asksToHear(channel, all, event.hearers),
  })];
}
