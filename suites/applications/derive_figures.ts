/** Scenarios about figures: told at intervals to those who may, computed from what there is. */
import type { Figure, Figures } from "../language/figure.ts";
import { GUEST, MAKING, OWNER, type Resources } from "../language/resource.ts";
import { cast, type Derived, isClosed, type Step } from "./cast.ts";
import { asksToHear, clientOf, played } from "./play.ts";

/** A figure that is told less often than so many seconds is waited for at full depth only. */
const LONG = 5;
/** Events that are counted. */
const TIMES = 3;

interface Declared {
  readonly figures: Figures;
  readonly resources: Resources;
  readonly roles: readonly string[];
}

export function figureScenarios({ figures, resources, roles }: Declared): Derived[] {
  return Object.entries(figures).flatMap(([name, figure]) => [
    ...told(name, figure),
    ...computed(name, figure, { resources, roles }),
    ...seen(name, figure, roles),
  ]);
}

/** Somebody who may read it and hear of it. */
const watcherOf = ({ read, event }: Figure) => read.by.find((who) => event.hearers.includes(who));

/** Nobody else listens, and nothing else is done, while it is looked at. */
const alone = ({ every }: Figure): Partial<Derived> => ({
  schedule: "alone",
  ...(every > LONG ? { depth: "full" } : {}),
});

const watching = (name: string): Step[] => [
  { watcher: "connects" },
  { watcher: { figure: name, follows: null } },
];

/** Told every so many seconds, and no more once nobody listens. */
function told(name: string, figure: Figure): Derived[] {
  const role = watcherOf(figure);
  if (role === undefined) return [];
  const { read: { version }, event: { channel } } = figure;
  return [played(name, {
    id: "told",
    title: `${name} is told at intervals, for as long as somebody listens`,
    people: { watcher: role },
    channel,
    more: alone(figure),
    steps: [
      ...watching(name),
      { watcher: { figure: name, learns: null, times: TIMES, checks: "APP-416" } },
      { hides: { unlistedFields: true, from: ["watcher"], checks: "APP-206" } },
      ...(version === undefined ? [] : [
        { watcher: "disconnects" },
        { watcher: { figure: name, reads: "quiet", checks: "APP-418" } },
      ]),
    ],
  })];
}

/** It changes by what is done, in what is read and in what is told. */
function computed(
  name: string,
  figure: Figure,
  { resources, roles }: Pick<Declared, "resources" | "roles">,
): Derived[] {
  const role = watcherOf(figure);
  if (role === undefined) return [];
  const { event } = figure;
  return Object.entries(figure.changes).flatMap(([value, { of, after, by }]): Derived[] => {
    const resource = resources[of];
    if (resource === undefined) return [];
    const theirs = cast(of, resource, roles);
    const start = after === MAKING ? undefined : theirs.startOf(after);
    if (after !== MAKING && start === undefined) return [];
    const making: Step = { [OWNER]: { creates: of, as: "it" } };
    const maker = theirs.client(theirs.maker(after));
    const before = start === undefined ? [] : theirs.brought(start);
    const change: Step = start === undefined
      ? making
      : { [maker]: { resource: of, moves: "$it", by: after } };
    const text = JSON.stringify([before, change]);
    const people = theirs.everybody.filter((who) => text.includes(`"${theirs.client(who)}"`))
      .map((who) => [theirs.client(who), who === OWNER ? resource.create.by : who]);
    const reads = (more: Step) => ({ watcher: { figure: name, reads: "shown", value, ...more } });
    return [played(name, {
      id: `${value}-computed`,
      title: `${value} of ${name} changes by what is done, in what is read and told`,
      people: { watcher: role, ...Object.fromEntries(people) },
      channel: event.channel,
      more: alone(figure),
      steps: [
        ...watching(name),
        ...before,
        { watcher: { figure: name, reads: "shown" } },
        change,
        reads({ by, checks: "APP-417" }),
        ...(event.values[value] === undefined
          ? []
          : [{ watcher: { figure: name, learns: null, tells: value, checks: "APP-417" } }]),
      ],
    })];
  });
}

/** Who may read it and hear of it, and nobody else. */
function seen(name: string, { read, event }: Figure, roles: readonly string[]): Derived[] {
  const everybody = [...roles, GUEST];
  const people = Object.fromEntries(everybody.map((who) => [clientOf(who), who]));
  const readers = played(name, {
    id: "readers",
    title: `${name} is shown to those whom the file names, and to nobody else`,
    people,
    channel: undefined,
    steps: everybody.map((who) => ({
      [clientOf(who)]: {
        figure: name,
        reads: read.by.includes(who) ? "shown" : "nothing",
        checks: "APP-413",
      },
    })),
  });
  if (!isClosed(event.channel)) return [readers];
  return [
    readers,
    played(name, {
      id: "hearers",
      title: `The channel that tells ${name} is signed for those whom the file names`,
      people,
      channel: undefined,
      steps: asksToHear(event.channel, everybody, event.hearers),
    }),
  ];
}
