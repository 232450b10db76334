/** What the HTTP API says of channels and members (P-079, P-088, P-103, P-125, P-181, P-263 to P-270). */
import { isRecord, readJson } from "../../wire/frame.ts";
import { isPresence } from "../channel_kind.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";
import { idText } from "../json.ts";
import { membershipOf } from "../membership.ts";
import type { Exchange } from "../publications.ts";
import { isCertain, isPossible, type Point, type Stay } from "../stays.ts";
import { socketsIn } from "./counts.ts";

interface Reading {
  readonly appId: string;
  readonly channel: string;
  /** The oldest state the answer may show. */
  readonly from: Point;
  /** The newest. */
  readonly to: Point;
  readonly say: (requirement: string, observation: string, why: string) => void;
}

export function judgeOccupancy(history: History, accuse: Accuse): void {
  for (const exchange of history.exchanges) {
    const { request, response, path } = exchange;
    if (request.method !== "GET" || response?.status !== 200) continue;
    const body = readJson(response.body);
    if (!isRecord(body)) continue;
    const read = (channel: string): Reading => ({
      appId: exchange.app.id,
      channel,
      ...span(exchange, history),
      say: (requirement, observation, why) =>
        accuse({
          requirement,
          observation,
          message: `GET ${path} was answered with ${response.body.slice(0, 300)}, but ${why}`,
          quotes: [request.seq, response.seq],
          part: `${exchange.app.id} ${channel}`,
        }),
    });
    if (path === "/channels") judgeList(body.channels, exchange, history, read);
    const [, name = "", users] = /^\/channels\/([^/]+)(\/users)?$/.exec(path) ?? [];
    const channel = decoded(name);
    if (channel === undefined || !history.options.owns(channel)) continue;
    if (users) judgeMembers(body.users, read(channel), history);
    else judgeChannel(body, read(channel), history);
  }
}

/**
 * Escaped characters that could have stood in the path as they are. RFC 3986, section 2.2, takes
 * them for others than the same ones unescaped, and a server may do so.
 */
const RESERVED = /%(21|24|26|27|28|29|2a|2b|2c|3a|3b|3d|40)/i;

/** The channel that a path names for certain. */
function decoded(name: string): string | undefined {
  try {
    return name === "" || RESERVED.test(name) ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** The states an answer may show: as old as is allowed, and as new as the answer. */
function span(
  { request, response }: Exchange,
  { options, events }: History,
): Pick<Reading, "from" | "to"> {
  const to = response ?? request;
  if (options.staleMs === 0) return { from: request, to };
  const oldest = request.t - options.staleMs;
  const from = events.find(({ t }) => t >= oldest) ?? request;
  return { from: { seq: from.seq, t: oldest }, to };
}

function certainIn({ appId, channel, from, to }: Reading, history: History): readonly Stay[] {
  return history.staysIn(appId, channel).filter((stay) => isCertain(stay, from.seq, to.seq));
}

function possibleIn({ appId, channel, from, to }: Reading, history: History): readonly Stay[] {
  return history.staysIn(appId, channel).filter((stay) => isPossible(stay, from, to));
}

function judgeList(
  listed: unknown,
  { app, query }: Exchange,
  history: History,
  read: (channel: string) => Reading,
): void {
  if (!isRecord(listed)) return;
  const prefix = query.get("filter_by_prefix") ?? "";
  for (const [channel, about] of Object.entries(listed)) {
    const reading = read(channel);
    if (!channel.startsWith(prefix)) {
      reading.say("P-264", "filter not obeyed", `${channel} does not begin with ${prefix}`);
    }
    if (!history.options.owns(channel)) continue;
    if (possibleIn(reading, history).length === 0) sayVacant(reading, history);
    if (isRecord(about)) judgeNumbers(about, reading, history);
  }
  for (const { appId, channel } of history.channels) {
    if (appId !== app.id || !history.options.owns(channel)) continue;
    if (!channel.startsWith(prefix) || Object.hasOwn(listed, channel)) continue;
    if (channel.startsWith("#")) continue;
    const reading = read(channel);
    const [stay] = certainIn(reading, history);
    if (stay) {
      reading.say(
        "P-263",
        "occupied channel not listed",
        `${stay.connection.name} is subscribed to ${channel}`,
      );
    }
  }
}

function judgeChannel(
  body: Readonly<Record<string, unknown>>,
  reading: Reading,
  history: History,
): void {
  const [stay] = certainIn(reading, history);
  if (body.occupied === false && stay) {
    reading.say(
      "P-079",
      "occupied channel told vacant",
      `${stay.connection.name} is subscribed to it`,
    );
  }
  if (body.occupied === true && possibleIn(reading, history).length === 0) {
    sayVacant(reading, history);
  }
  judgeNumbers(body, reading, history);
}

/** Said to be occupied, and nobody can be there. */
function sayVacant(reading: Reading, history: History): void {
  const stays = history.staysIn(reading.appId, reading.channel);
  const wasIn = stays.filter(({ admission, succeeded }) => succeeded || admission.kind !== "wrong");
  if (stays.length > 0 && wasIn.length === 0) {
    return reading.say("P-103", "refused, yet counted", "everybody who asked was refused");
  }
  if (wasIn.some(({ connection, leave }) => connection.closed && !leave)) {
    return reading.say(
      "P-088",
      "occupied by closed connections",
      "those who were subscribed are closed",
    );
  }
  reading.say(
    "P-079",
    "vacant channel told occupied",
    stays.length === 0 ? "nobody ever subscribed" : "all have left",
  );
}

function judgeNumbers(
  { user_count, subscription_count }: Readonly<Record<string, unknown>>,
  reading: Reading,
  history: History,
): void {
  const possible = possibleIn(reading, history);
  const certain = certainIn(reading, history);
  if (typeof subscription_count === "number") {
    const [least, most] = [socketsIn(certain, () => true), socketsIn(possible, () => true)];
    if (subscription_count < least || subscription_count > most) {
      reading.say(
        "P-181",
        "subscription_count",
        `${range(least, most)} connections are subscribed`,
      );
    }
  }
  if (typeof user_count !== "number" || !isPresence(reading.channel)) return;
  const [least, most] = [usersIn(certain), usersIn(possible)];
  if (least === undefined || most === undefined) return;
  if (user_count < least || user_count > most) {
    reading.say("P-268", "user_count", `${range(least, most)} users are there`);
  }
}

const range = (least: number, most: number) => least === most ? `${least}` : `${least} to ${most}`;

function usersIn(stays: readonly Stay[]): number | undefined {
  const ids = new Set(stays.map(({ member }) => member?.id));
  return ids.has(undefined) ? undefined : ids.size;
}

function judgeMembers(users: unknown, reading: Reading, history: History): void {
  if (!Array.isArray(users) || !isPresence(reading.channel)) return;
  const ids = users.map((user: unknown) => isRecord(user) ? idText(user.id) : undefined);
  const listed = new Set(ids);
  if (listed.has(undefined)) return;
  if (listed.size !== ids.length) {
    reading.say("P-270", "a user listed twice", "each user is listed once");
  }
  const membership = membershipOf(history.staysIn(reading.appId, reading.channel));
  for (const stay of certainIn(reading, history)) {
    if (stay.member && !listed.has(stay.member.id)) {
      return reading.say(
        "P-125",
        "member not listed",
        `${stay.member.id} is there by ${stay.connection.name}`,
      );
    }
  }
  if (membership.hasUnknown(reading.from, reading.to)) return;
  for (const id of listed) {
    const stays = membership.users.get(id ?? "") ?? [];
    if (stays.some((stay) => isPossible(stay, reading.from, reading.to))) continue;
    return reading.say(
      "P-125",
      "stranger listed",
      stays.length === 0 ? `${id} never joined` : `${id} has left`,
    );
  }
}
