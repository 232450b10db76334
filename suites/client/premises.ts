/**
 * What the protocol promises about each thing a client or an application does, as requirement ids:
 * the most general promise first, then what only some channels, values or sizes need.
 */

import { isRecord, readJson } from "../wire/frame.ts";

/** Connecting: the server greets whoever comes with a right key. */
export const CONNECTING: readonly string[] = ["P-008"];

/** Signing in: the server answers, and the signature is made as the documents say. */
export const SIGNING_IN: readonly string[] = ["P-182", "P-183"];

/** Words that only a prefix makes special. */
const GUARDED = /private|presence/;
/** A name of more than these characters, or longer, is admitted by its own requirement. */
const PLAIN_NAME = /^#?[A-Za-z0-9_-]*$/;
const USUAL_LENGTH = 100;
/** Most bytes of data that nothing but size could keep from being published. */
const USUAL_BYTES = 8000;
/** Most channels of one call that nothing but their number could keep from being published to. */
const USUAL_CHANNELS = 10;

/** What is sent with a request to subscribe, as far as another requirement depends on it. */
export interface Subscribing {
  readonly channel: string;
  /** Whether `channel_data` carries a `user_info`. */
  readonly hasInfo?: boolean;
  /** The signature, or `channel_data`, is the scenario's own. */
  readonly isOwn?: boolean;
}

/** What admission to a channel stands on. */
export function subscribing({ channel, hasInfo = false, isOwn = false }: Subscribing): string[] {
  const rest = channel.replace(/^(private-encrypted-|private-|presence-)/, "");
  return [
    "P-076",
    ...(channel.startsWith("private-") ? ["P-096"] : []),
    ...(channel.startsWith("private-encrypted-") ? ["P-135"] : []),
    ...(channel.startsWith("presence-") ? ["P-111", ...(hasInfo || isOwn ? [] : ["P-113"])] : []),
    ...(rest.startsWith("cache-") ? ["P-146"] : []),
    ...(channel.startsWith("#server-to-user-") ? ["P-191"] : []),
    ...(!/^(private|presence)-/.test(channel) && GUARDED.test(channel) ? ["P-104"] : []),
    ...(PLAIN_NAME.test(channel) ? [] : ["P-205"]),
    ...(channel.length > USUAL_LENGTH ? ["P-206"] : []),
  ];
}

/**
 * A kind of channel beside plain ones, and the requirement by which it is guarded as they are; or a
 * way of publishing beside the plain one, and the requirement that promises it.
 */
export interface Kind {
  readonly prefix: string;
  readonly guardedBy: string;
}

/** What is neither a kind of channel nor of publishing. */
export const PLAIN = "plain";

/** One event for one channel, which comes by itself (P-080). */
export const ALONE: Kind = { prefix: PLAIN, guardedBy: "P-080" };
/** An event of a batch. */
export const BATCHED: Kind = { prefix: "batch", guardedBy: "P-252" };
/** An event that one request publishes to several channels. */
export const TO_SEVERAL: Kind = { prefix: "several channels", guardedBy: "P-241" };

/** The kind of a channel; of a plain one, none. */
export function kindOf(channel: string): Kind | undefined {
  const [prefix] = CACHE.exec(channel) ?? [];
  if (prefix !== undefined) return { prefix, guardedBy: "P-146" };
  return channel.startsWith("private-encrypted-")
    ? { prefix: "private-encrypted-", guardedBy: "P-135" }
    : undefined;
}

/** Whether `channel_data` carries a `user_info`; where it cannot be told, it is the scenario's own. */
export function infoIn(channelData: unknown): boolean | undefined {
  const decoded = typeof channelData === "string" ? readJson(channelData) : undefined;
  return isRecord(decoded) ? "user_info" in decoded : undefined;
}

/**
 * What the delivery of an event stands on, by its name and its channel; `isLive` where whoever gets
 * it was there when it was published, so that no channel had to keep it.
 */
export function delivery(event: string, channel = "", isLive = false): string[] {
  const own = DELIVERIES[event] ?? (event.startsWith("client-") ? ["P-165"] : ["P-080"]);
  const isCached = own[0] === "P-080" && CACHE.test(channel);
  const isWhispered = own[0] === "P-165" && CACHE.test(channel);
  return [
    ...(event === "pusher:cache_miss" && CACHE.test(channel) ? ["P-146"] : []),
    ...own,
    ...(isCached && !isLive ? ["P-147", ...(isGuardedCache(channel) ? ["P-146"] : [])] : []),
    ...(isWhispered ? ["P-155"] : []),
    ...(channel.startsWith("#server-to-user-") ? ["P-192"] : []),
  ];
}

/** Cache channels beside the public ones: that they keep events as well is a promise of its own. */
const isGuardedCache = (channel: string) => CACHE.test(channel) && !channel.startsWith("cache-");

const CACHE = /^(private-encrypted-|private-|presence-)?cache-/;

/**
 * Being told of watched users: the feature, and the form of its event. To be told who is offline
 * stands on P-198 as well: the first status of everybody is told, not only who comes.
 */
export const WATCHLIST: string[] = ["P-196", "P-197"];

/** What a page is told of watched users. */
const OF_WATCHED: ReadonlySet<string> = new Set(["online", "offline"]);

/** What an event stands on that a library passes on to its page, which asked for the channel before. */
export const passedOn = (event: string, channel?: string): string[] =>
  OF_WATCHED.has(event) ? WATCHLIST : delivery(event, channel, true);

const DELIVERIES: Readonly<Record<string, string[]>> = {
  "pusher:connection_established": ["P-008"],
  "pusher:pong": ["P-038"],
  "pusher:error": ["P-033"],
  "pusher:cache_miss": ["P-152"],
  "pusher:signin_success": ["P-182", "P-183"],
  "pusher_internal:subscription_succeeded": ["P-076"],
  "pusher_internal:member_added": ["P-119"],
  "pusher_internal:member_removed": ["P-123"],
  "pusher_internal:subscription_count": ["P-177", "P-178"],
  "pusher_internal:watchlist_events": WATCHLIST,
};

/** What an accepted call of the HTTP API stands on; `path` as it follows `/apps/{id}`. */
export function calling(method: string, path: string): string[] {
  const [plain = "", query = ""] = path.split("?");
  const found = CALLS.find(([verb, pattern]) => verb === method && pattern.test(plain));
  const isChannel = /^\/channels\/[^/]+$/.test(plain);
  const asked = new URLSearchParams(query).get("info")?.split(",") ?? [];
  return [
    ...(found ? found[2] : ["P-223"]),
    ...(asked.includes("cache") ? ["P-156"] : []),
    ...(asked.includes("user_count") ? [isChannel ? "P-268" : "P-265"] : []),
  ];
}

const CALLS: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ["POST", /^\/events$/, ["P-235"]],
  ["POST", /^\/batch_events$/, ["P-252"]],
  ["GET", /^\/channels$/, ["P-263"]],
  ["GET", /^\/channels\/[^/]+$/, ["P-267"]],
  ["GET", /^\/channels\/[^/]+\/users$/, ["P-270"]],
  ["POST", /^\/users\/[^/]+\/events$/, ["P-192"]],
  ["POST", /^\/users\/[^/]+\/terminate_connections$/, ["P-193"]],
];

/** An event to be published. */
export interface Publishing {
  readonly channels: readonly string[];
  readonly event: string;
  readonly data: string;
  readonly excludes?: boolean;
  readonly asksInfo?: boolean;
}

/** Data that comes out the same where it is parsed and written again, if not byte for byte. */
export function isPlain(data: string): boolean {
  const value = readJson(data);
  return value !== undefined && !/\d{16}|[eE][+-]?\d/.test(data);
}

/** What the data of an event that arrived stands on: it is relayed as it was sent. */
export const relaying = (event: string): string[] =>
  event.startsWith("client-") ? ["P-169"] : ["P-030"];

/** What accepting an event stands on. */
export function publishing({ channels, event, data, excludes, asksInfo }: Publishing): string[] {
  const bytes = new TextEncoder().encode(data).length;
  return [
    "P-235",
    ...(channels.length > 1 ? ["P-241"] : []),
    ...(channels.length > USUAL_CHANNELS ? ["P-213"] : []),
    ...(channels.some((channel) => !PLAIN_NAME.test(channel)) ? ["P-205"] : []),
    ...(channels.some((channel) => channel.length > USUAL_LENGTH) ? ["P-206"] : []),
    ...(channels.some((channel) => channel.startsWith("#server-to-user-")) ? ["P-192"] : []),
    ...(event.length > USUAL_LENGTH ? ["P-208"] : []),
    ...(bytes > USUAL_BYTES ? ["P-210"] : []),
    ...(isPlain(data) ? [] : ["P-030"]),
    ...(excludes ? ["P-243"] : []),
    ...(asksInfo ? ["P-250"] : []),
  ];
}

/** What a further attempt at a webhook stands on: that any is made where one was not accepted. */
export const webhookAgain = (event: string): string[] => [...webhook(event), "P-281"];

/** What the arrival of a webhook stands on, by its event. */
export function webhook(event: string): string[] {
  const own: Readonly<Record<string, string>> = {
    channel_occupied: "P-284",
    channel_vacated: "P-285",
    member_added: "P-286",
    member_removed: "P-287",
    client_event: "P-289",
    cache_miss: "P-290",
    subscription_count: "P-291",
  };
  return ["P-275", ...(own[event] ? [own[event]] : [])];
}
