/** Where several servers answered the same history differently; pure. */
import { isRecord } from "../wire/frame.ts";
import type { Observation } from "./observations.ts";

export interface Difference {
  /** What was done, for example `asks for a private channel, unsigned`. */
  readonly when: string;
  /** Who saw the difference. */
  readonly seenBy: Observation["role"];
  /** What each target said, in the order of the targets. */
  readonly behaviours: readonly string[];
  /** The observations behind it, in the order of the targets. */
  readonly shown: readonly (readonly Observation[])[];
}

/** The same for every history in which the same differs. */
export const keyOf = ({ when, seenBy, behaviours }: Omit<Difference, "shown">): string =>
  [when, seenBy, ...behaviours].join(" | ");

const NOTHING = "nothing";

/**
 * The first differences of a history, one for each channel: what follows there is a consequence.
 * Frames are compared as sets of each client: the order of two clients' frames is nobody's promise.
 */
export function differencesOf(targets: readonly (readonly Observation[])[]): Difference[] {
  const counted = targets.map(counts);
  const differing = new Set<string>();
  for (const key of new Set(counted.flatMap((of) => [...of.keys()]))) {
    const [first, ...others] = counted.map((of) => of.get(key)?.length ?? 0);
    if (others.some((count) => count !== first)) differing.add(key);
  }
  const unlike = targets.flatMap((all) => all.filter((one) => differing.has(textOf(one))))
    .toSorted((a, b) => a.turn - b.turn);
  const spoilt = new Set<string>();
  const differences: Difference[] = [];
  const told = new Set<string>();
  for (const one of unlike) {
    const isConsequence = aboutOf(one).some((group) => isSpoilt(group, spoilt));
    // Everything after a connection that only one of them closed is a consequence.
    if (isConsequence && one.name.startsWith("closed")) break;
    if (isConsequence) continue;
    const place = `${one.turn} ${one.who}`;
    if (told.has(place)) continue;
    told.add(place);
    const shown = targets.map((all) =>
      all.filter((other) =>
        other.turn === one.turn && other.who === one.who && differing.has(textOf(other))
      )
    );
    const at = { when: one.situation.words, seenBy: one.role };
    for (const part of partsOf(shown)) differences.push({ ...at, ...part });
    if (shown.flat().some(({ name }) => name.startsWith("closed"))) break;
    for (const group of spoiltBy(one, shown)) spoilt.add(group);
  }
  return differences;
}

/** The channels about which the targets remember something different from now on. */
function spoiltBy(
  one: Observation,
  shown: readonly (readonly Observation[])[],
): readonly string[] {
  if (shown.flat().some(({ name }) => MEMBERS.test(name))) return aboutOf(one);
  const isDone = shown.map((all) => all.some(({ name }) => CHANGES.test(name)));
  return isDone.every((is) => is === isDone[0]) ? [] : aboutOf(one);
}

/** The channels it is about: its own, or those of what was done. */
const aboutOf = ({ groups, situation }: Observation): readonly string[] =>
  groups.length > 0 ? groups : situation.groups;

/** Who is there differs from now on. */
const MEMBERS = /member_(added|removed)$/;

/** What says that something has changed on the server. */
const CHANGES = /subscription_succeeded|signin_success|^HTTP 2/;

/** A list of channels by prefix is about all of them. */
const isSpoilt = (group: string, spoilt: ReadonlySet<string>): boolean =>
  [...spoilt].some((other) => other.startsWith(group));

function counts(all: readonly Observation[]): Map<string, Observation[]> {
  return Map.groupBy(all, textOf);
}

const textOf = ({ who, turn, name, content }: Observation): string =>
  // Answers have their place; frames may come a little later.
  `${who} ${who === "API" ? turn : ""} ${name} ${JSON.stringify(content)}`;

type Part = Pick<Difference, "behaviours" | "shown">;

/** What all of them said differently, message by message, and what only some of them said. */
function partsOf(shown: readonly (readonly Observation[])[]): Part[] {
  const names = new Set(shown.flatMap((all) => all.map(({ name }) => general(name))));
  const named = (name: string) =>
    shown.map((all) => all.filter((one) => general(one.name) === name));
  const common = [...names].filter((name) => named(name).every((all) => all.length > 0));
  const parts = common.flatMap((name) => {
    const behaviours = contentsOf(name, named(name));
    return behaviours ? [{ behaviours, shown: named(name) }] : [];
  });
  const rest = shown.map((all) => all.filter((one) => !common.includes(general(one.name))));
  if (rest.every((all) => all.length === 0)) return parts;
  const behaviours = rest.map((all) =>
    all.map(({ name }) => general(name)).sort().join(", ") || NOTHING
  );
  return [...parts, { behaviours, shown: rest }];
}

/** The same message on every target: what differs in it; none where nothing does. */
function contentsOf(
  name: string,
  shown: readonly (readonly Observation[])[],
): string[] | undefined {
  const texts = shown.map((all) => all.map(({ content }) => JSON.stringify(content)).sort());
  const at = texts[0]?.findIndex((text, at) => texts.some((other) => other[at] !== text)) ?? -1;
  const counts = texts.map((all) => all.length);
  const isCounted = counts.some((count) => count !== counts[0]);
  if (at < 0 && !isCounted) return undefined;
  if (at < 0 || isCounted) {
    return counts.map((count) => `${name}, ${count === 1 ? "once" : `${count} times`}`);
  }
  const values = texts.map((all): unknown =>
    all[at] === undefined ? undefined : JSON.parse(all[at])
  );
  const paths = differingPaths(values).slice(0, PATHS).map((path) => ({
    path: path.map(generalKey).join("."),
    parts: values.map((value) =>
      path.reduce((part: unknown, key) => isRecord(part) ? part[key] : undefined, value)
    ),
  }));
  return shown.map((_, target) => {
    const said = paths.map(({ path, parts }) => `${path} ${shortOf(parts[target], parts)}`);
    return `${name} with ${said.join(", ")}`;
  });
}

/** So many differing parts of one message are named. */
const PATHS = 4;

/** Keys that are names of channels or users are all alike. */
const generalKey = (key: string): string =>
  /^(data|channel|channels|presence|hash|ids|count|users|id|user_id|user_info|events|\w+_count|occupied|cache|ok|error|code|time|ttl|name)$/
      .test(key)
    ? key
    : "*";

/** Events that were made up have no name of their own. */
const general = (name: string): string =>
  /^(pusher|HTTP|closed|no answer)/.test(name)
    ? name
    : name.startsWith("client-")
    ? "the client event"
    : "the event";

/** Where the values differ, as deep as all of them are objects. */
function differingPaths(values: readonly unknown[], path: readonly string[] = []): string[][] {
  const texts = values.map((value) => JSON.stringify(value));
  if (texts.every((text) => text === texts[0])) return [];
  if (!values.every(isRecord)) return path.length > 0 ? [[...path]] : [];
  const records = values as readonly Readonly<Record<string, unknown>>[]; // every one of them is
  const keys = [...new Set(records.flatMap((one) => Object.keys(one)))].sort();
  return keys.flatMap((key) => differingPaths(records.map((one) => one[key]), [...path, key]));
}

/** The value in a few characters; what is simply absent elsewhere is only named by its type. */
function shortOf(value: unknown, all: readonly unknown[]): string {
  if (value === undefined) return "absent";
  const isAlone = all.includes(undefined) && typeof value === "number";
  if (isAlone) return "a number";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
  if (isRecord(value)) return Object.keys(value).length === 0 ? "{}" : "an object";
  // Of texts only those mean something that servers write by themselves.
  if (typeof value === "string" && !/^(|\{\}|null)$/.test(value)) return "a text";
  return JSON.stringify(value);
}
