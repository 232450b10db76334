/** Attributes of channels that a caller may ask for with `info` (P-248 to P-250, P-265 to P-269). */
import type { App } from "../app.ts";
import { isCache, isPresence } from "../channels.ts";
import { ApiError } from "./request.ts";

const attributes = ["user_count", "subscription_count", "cache"] as const;
export type Attribute = (typeof attributes)[number];

export interface Described {
  user_count?: number;
  subscription_count?: number;
  cache?: Cached | null;
}

interface Cached {
  readonly data: string;
  /** Whole seconds it will still be kept (P-156). */
  readonly ttl: number;
}

/**
 * A comma-separated list; an absent one asks for nothing.
 *
 * @throws {ApiError} 400 for an attribute that does not exist.
 */
export function readAttributes(info: unknown): Attribute[] {
  if (info === undefined || info === null || info === "") return [];
  if (typeof info !== "string") throw new ApiError(400, "info must be a comma-separated string");
  return info.split(",").map((text) => {
    const attribute = attributes.find((known) => known === text.trim());
    if (attribute === undefined) {
      throw new ApiError(400, `info may ask for ${attributes.join(", ")}`);
    }
    return attribute;
  });
}

/** Why the channel has no such attribute, or undefined when it has. */
export function attributeFault(
  app: App,
  channel: string,
  attribute: Attribute,
): string | undefined {
  switch (attribute) {
    case "user_count":
      return isPresence(channel) ? undefined : "user_count is for presence channels";
    case "subscription_count":
      if (isPresence(channel)) return "subscription_count is not for presence channels";
      return app.settings.subscriptionCount
        ? undefined
        : "subscription_count is not enabled for this app";
    case "cache":
      return isCache(channel) ? undefined : "cache is for cache channels";
  }
}

/** A publisher is told of a presence channel's connections too (P-331); who asks for one channel is not. */
const isTold = (app: App, channel: string, attribute: Attribute): boolean =>
  attribute === "subscription_count"
    ? app.settings.subscriptionCount
    : attributeFault(app, channel, attribute) === undefined;

/** What the channel has of the attributes asked for; those it cannot have are left out. */
export async function describe(
  app: App,
  channel: string,
  wanted: readonly Attribute[],
): Promise<Described> {
  const described: Described = {};
  const count = wanted.length === 0 ? undefined : await app.state.count(channel);
  for (const attribute of wanted) {
    if (count === undefined || !isTold(app, channel, attribute)) continue;
    if (attribute === "user_count") described.user_count = count.users;
    if (attribute === "subscription_count") described.subscription_count = count.subscriptions;
    if (attribute === "cache") described.cache = await cacheOf(app, channel);
  }
  return described;
}

async function cacheOf(app: App, channel: string): Promise<Cached | null> {
  const cached = await app.state.recall(channel);
  return cached === undefined
    ? null
    : { data: cached.event.data, ttl: Math.ceil(cached.ttlMs / 1000) };
}
