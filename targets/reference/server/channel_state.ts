/**
 * The state of one app's channels, and the news of every change to it: both in one tick, so that
 * nobody hears of things in another order than they happened (P-125, P-292).
 *
 * How the news reaches a connection is left to a `Reach`: directly where this process holds the
 * sockets, by message where its workers do.
 */
import type { Buffer } from "node:buffer";
import { isCache, isPresence } from "./channels.ts";
import type { Farewell } from "./close_codes.ts";
import { createDepartures } from "./departures.ts";
import { createEventCache } from "./event_cache.ts";
import type { Listeners } from "./events.ts";
import { observed } from "./observed_registry.ts";
import { memberAddedFrame, memberRemovedFrame } from "./presence.ts";
import { createRegistry, type Departure, type Entry } from "./registry.ts";
import type { AppSettings } from "./settings.ts";
import type { ChannelState, Member } from "./state.ts";
import { countFrame, createCountPace } from "./subscription_count.ts";
import { watchlistFrame } from "./watchlist.ts";
import type { Webhooks } from "./webhooks.ts";

/** A connection, as far as the state needs to know it. */
export interface Peer {
  readonly socketId: string;
}

export interface Reach<P extends Peer> {
  /** Writes a frame to the channel's subscribers, all but one. */
  publish(
    channel: string,
    subscribers: Iterable<P>,
    frame: Buffer,
    exceptSocketId: string | undefined,
  ): void;
  /** Writes a frame to these connections. */
  send(peers: Iterable<P>, frame: Buffer): void;
  close(peers: Iterable<P>, farewell: Farewell): void;
}

/** Subscribers who miss together make one webhook (P-153). */
const CACHE_MISS_QUIET_MS = 1000;

export function createChannelState<P extends Peer>(
  settings: AppSettings,
  reach: Reach<P>,
  webhooks: Webhooks,
  events: Listeners,
): ChannelState<P> {
  const registry = observed(createRegistry<P>(), settings.id, events);
  const cache = createEventCache();
  const departures = createDepartures();
  const countPace = createCountPace();

  const publish = (channel: string, frame: Buffer, exceptSocketId?: string) =>
    reach.publish(channel, registry.subscribers(channel), frame, exceptSocketId);

  /** P-176 to P-181 */
  function tellCount(channel: string): void {
    if (!settings.subscriptionCount || isPresence(channel)) return;
    countPace(channel, () => registry.count(channel).subscriptions, (subscriptions) => {
      publish(channel, countFrame(channel, subscriptions));
      const subscription_count = subscriptions;
      webhooks.announce({ name: "subscription_count", channel, subscription_count });
    });
  }

  /** P-119 to P-121, P-284, P-286, P-288 */
  function tellArrival(
    { socketId }: P,
    channel: string,
    member: Member | undefined,
    entry: Entry,
  ): void {
    if (entry.occupied) {
      departures.returned(channelKey(channel), () => {
        webhooks.announce({ name: "channel_occupied", channel });
      });
    }
    if (member !== undefined && entry.memberAdded) {
      publish(channel, memberAddedFrame(channel, member), socketId);
      departures.returned(memberKey(channel, member.userId), () => {
        webhooks.announce({ name: "member_added", channel, user_id: member.userId });
      });
    }
    if (isCache(channel) && cache.get(channel) === undefined) {
      if (departures.claim(`cache_miss:${channel}`, CACHE_MISS_QUIET_MS)) {
        webhooks.announce({ name: "cache_miss", channel });
      }
    }
    tellCount(channel);
  }

  /** P-122 to P-124, P-285, P-287; webhooks wait, because who is back soon never left (P-288). */
  function tellDeparture({ channel, memberRemoved, vacated }: Departure): void {
    if (memberRemoved !== undefined) publish(channel, memberRemovedFrame(channel, memberRemoved));
    tellCount(channel);
    if (settings.webhooks.length === 0) return;
    const delayMs = settings.vacatedDelaySeconds * 1000;
    if (memberRemoved !== undefined) {
      departures.departed(memberKey(channel, memberRemoved), delayMs, () => {
        webhooks.announce({ name: "member_removed", channel, user_id: memberRemoved });
      });
    }
    if (vacated) {
      departures.departed(channelKey(channel), delayMs, () => {
        webhooks.announce({ name: "channel_vacated", channel });
      });
    }
  }

  /** P-197, P-198; the connection that brought the user knows it from its own watchlist. */
  function tellWatchers(userId: string, name: "online" | "offline", except?: P): void {
    const watchers = [...registry.watchersOf(userId)].filter((peer) => peer !== except);
    reach.send(watchers, watchlistFrame([{ name, user_ids: [userId] }]));
  }

  return {
    takePlace: registry.takePlace,
    claimSlot: registry.claimSlot,
    disconnect(peer) {
      const { departures, wentOffline } = registry.disconnect(peer);
      for (const departure of departures) tellDeparture(departure);
      if (wentOffline !== undefined) tellWatchers(wentOffline, "offline");
    },
    connections: registry.connections,

    subscribe(peer, channel, member, maxMembers, welcome) {
      const entry = registry.subscribe(peer, channel, member, maxMembers);
      if (entry === "full") return "full";
      const { isNew, members } = entry;
      welcome({ isNew, members, cached: cache.get(channel)?.event });
      if (isNew) tellArrival(peer, channel, member, entry);
      return "subscribed";
    },
    unsubscribe(peer, channel) {
      const departure = registry.unsubscribe(peer, channel);
      if (departure !== undefined) tellDeparture(departure);
    },
    subscriptions: registry.subscriptions,
    isSubscribed: registry.isSubscribed,
    memberOf: registry.memberOf,

    publish(channel, frame, { exceptSocketId, remember } = {}) {
      if (remember !== undefined) cache.set(channel, remember.event, remember.ttlMs);
      publish(channel, frame, exceptSocketId);
    },
    recall: cache.get,

    channels: registry.channels,
    count: registry.count,
    userIds: registry.userIds,

    signIn(peer, userId, watchlist, welcome) {
      const signedIn = registry.signIn(peer, userId, watchlist);
      welcome(signedIn);
      if (signedIn.cameOnline) tellWatchers(userId, "online", peer);
    },
    terminate(userId, farewell) {
      reach.close([...registry.signedInAs(userId)], farewell);
    },
    retire: departures.announceAll,
  };
}

function channelKey(channel: string): string {
  return `channel ${channel}`;
}

/** A space cannot be part of a channel's name, so no two keys are alike. */
function memberKey(channel: string, userId: string): string {
  return `member ${channel} ${userId}`;
}
