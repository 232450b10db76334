/**
 * Who is connected, who listens to what and who is who: plain maps, every operation done in one
 * tick. Tells nobody anything; `channel_state.ts` does.
 */
import type { ChannelCount, Member, SignIn } from "./state.ts";

/** What a subscription changed. */
export interface Entry {
  /** False when the peer was subscribed already; then nothing changed. */
  readonly isNew: boolean;
  /** It is the channel's first subscription. */
  readonly occupied: boolean;
  /** It is the member's first peer to the channel. */
  readonly memberAdded: boolean;
  /** Everybody present, the subscriber included; empty on other channels. */
  readonly members: readonly Member[];
}

/** What the end of a subscription changed. */
export interface Departure {
  readonly channel: string;
  readonly vacated: boolean;
  /** The user whose last peer this was. */
  readonly memberRemoved: string | undefined;
}

/** What the end of a peer changed. */
export interface Parting {
  readonly departures: readonly Departure[];
  /** The signed-in user whose last peer this was. */
  readonly wentOffline: string | undefined;
}

/** `P` stands for a peer: the peer itself, or what is known of one held elsewhere. */
export interface Registry<P> {
  /** Takes one of `capacity` places (0: no limit); false when none is free. */
  takePlace(peer: P, capacity: number): boolean;
  /** Claims one of the app's `quota` connections (0: no limit); false when none is free. */
  claimSlot(peer: P, quota: number): boolean;
  holdsSlot(peer: P): boolean;
  /** Ends everything the connection had: place, slot, subscriptions, sign-in. Harmless when repeated. */
  disconnect(peer: P): Parting;
  /** Connections that hold a slot. */
  connections(): number;
  /** @returns `full` when a presence channel has `maxMembers` users and this would be another. */
  subscribe(
    peer: P,
    channel: string,
    member: Member | undefined,
    maxMembers: number,
  ): Entry | "full";
  /** Undefined when there was no such subscription. */
  unsubscribe(peer: P, channel: string): Departure | undefined;
  /** How many channels the connection is in. */
  subscriptions(peer: P): number;
  isSubscribed(peer: P, channel: string): boolean;
  /** The channels the connection is in, and who it is there. */
  channelsOf(peer: P): (readonly [channel: string, Member | undefined])[];
  /** Who the connection is on a presence channel it is subscribed to. */
  memberOf(peer: P, channel: string): Member | undefined;
  subscribers(channel: string): Iterable<P>;
  /** Occupied channels whose name begins with `prefix`. */
  channels(prefix: string): Map<string, ChannelCount>;
  /** Zeros for a channel that is not occupied. */
  count(channel: string): ChannelCount;
  /** Distinct user ids present. */
  userIds(channel: string): string[];
  /** Everybody present, each user once. */
  members(channel: string): Member[];
  signIn(peer: P, userId: string, watchlist: readonly string[]): SignIn;
  signedInAs(userId: string): Iterable<P>;
  isSignedIn(userId: string): boolean;
  /** Users signed in. */
  users(): Iterable<string>;
  watchersOf(userId: string): Iterable<P>;
}

interface Channel<P> {
  readonly name: string;
  readonly subscribers: Map<P, Member | undefined>;
  /** Users present and how many peers each has here. */
  readonly members: Map<string, { readonly member: Member; connections: number }>;
}

interface Session<P> {
  holdsPlace: boolean;
  holdsSlot: boolean;
  readonly channels: Set<Channel<P>>;
  userId: string | undefined;
  watchlist: readonly string[];
}

export function createRegistry<P>(): Registry<P> {
  const sessions = new Map<P, Session<P>>();
  const channels = new Map<string, Channel<P>>();
  const users = new Map<string, Set<P>>();
  const watchers = new Map<string, Set<P>>();
  let places = 0;
  let slots = 0;

  function sessionOf(peer: P): Session<P> {
    const known = sessions.get(peer);
    if (known !== undefined) return known;
    const session: Session<P> = {
      holdsPlace: false,
      holdsSlot: false,
      channels: new Set(),
      userId: undefined,
      watchlist: [],
    };
    sessions.set(peer, session);
    return session;
  }

  function channelOf(name: string): Channel<P> {
    const known = channels.get(name);
    if (known !== undefined) return known;
    const channel: Channel<P> = { name, subscribers: new Map(), members: new Map() };
    channels.set(name, channel);
    return channel;
  }

  function leave(peer: P, session: Session<P>, channel: Channel<P>): Departure {
    const member = channel.subscribers.get(peer);
    channel.subscribers.delete(peer);
    session.channels.delete(channel);
    const vacated = channel.subscribers.size === 0;
    if (vacated) channels.delete(channel.name);
    const gone = member !== undefined && removeMember(channel, member.userId);
    return { channel: channel.name, vacated, memberRemoved: gone ? member.userId : undefined };
  }

  return {
    takePlace(peer, capacity) {
      const session = sessionOf(peer);
      if (session.holdsPlace) return true;
      if (capacity > 0 && places >= capacity) return false;
      session.holdsPlace = true;
      places += 1;
      return true;
    },

    claimSlot(peer, quota) {
      const session = sessionOf(peer);
      if (session.holdsSlot) return true;
      if (quota > 0 && slots >= quota) return false;
      session.holdsSlot = true;
      slots += 1;
      return true;
    },

    holdsSlot: (peer) => sessions.get(peer)?.holdsSlot ?? false,

    disconnect(peer) {
      const session = sessions.get(peer);
      if (session === undefined) return { departures: [], wentOffline: undefined };
      sessions.delete(peer);
      if (session.holdsPlace) places -= 1;
      if (session.holdsSlot) slots -= 1;
      for (const watched of session.watchlist) drop(watchers, watched, peer);
      const { userId } = session;
      const offline = userId !== undefined && drop(users, userId, peer);
      return {
        departures: [...session.channels].map((channel) => leave(peer, session, channel)),
        wentOffline: offline ? userId : undefined,
      };
    },

    connections: () => slots,

    subscribe(peer, name, member, maxMembers) {
      const existing = channels.get(name);
      const isNew = existing === undefined || !existing.subscribers.has(peer);
      if (isNew && member !== undefined && existing !== undefined) {
        if (!existing.members.has(member.userId) && existing.members.size >= maxMembers) {
          return "full";
        }
      }
      const channel = channelOf(name);
      const occupied = channel.subscribers.size === 0;
      let memberAdded = false;
      if (isNew) {
        channel.subscribers.set(peer, member);
        sessionOf(peer).channels.add(channel);
        memberAdded = member !== undefined && addMember(channel, member);
      }
      return { isNew, occupied, memberAdded, members: membersOf(channel) };
    },

    unsubscribe(peer, name) {
      const session = sessions.get(peer);
      const channel = channels.get(name);
      if (session === undefined || channel === undefined) return undefined;
      return channel.subscribers.has(peer) ? leave(peer, session, channel) : undefined;
    },

    subscriptions: (peer) => sessions.get(peer)?.channels.size ?? 0,
    isSubscribed: (peer, name) => channels.get(name)?.subscribers.has(peer) ?? false,
    channelsOf: (peer) =>
      [...sessions.get(peer)?.channels ?? []].map((
        channel,
      ) => [channel.name, channel.subscribers.get(peer)] as const),
    memberOf: (peer, name) => channels.get(name)?.subscribers.get(peer),

    subscribers: (name) => channels.get(name)?.subscribers.keys() ?? [],

    channels(prefix) {
      const occupied = new Map<string, ChannelCount>();
      for (const channel of channels.values()) {
        if (channel.name.startsWith(prefix)) occupied.set(channel.name, countOf(channel));
      }
      return occupied;
    },
    count: (name) => countOf(channels.get(name)),
    userIds: (name) => [...channels.get(name)?.members.keys() ?? []],
    members: (name) => membersOf(channels.get(name)),

    signIn(peer, userId, watchlist) {
      const session = sessionOf(peer);
      session.userId = userId;
      session.watchlist = watchlist;
      const cameOnline = add(users, userId, peer);
      for (const watched of watchlist) add(watchers, watched, peer);
      return {
        cameOnline,
        online: watchlist.filter((id) => users.has(id)),
        offline: watchlist.filter((id) => !users.has(id)),
      };
    },

    signedInAs: (userId) => users.get(userId) ?? [],
    isSignedIn: (userId) => users.has(userId),
    users: () => users.keys(),
    watchersOf: (userId) => watchers.get(userId) ?? [],
  };
}

/** True when it is the user's first connection to the channel (P-120). */
function addMember(channel: Channel<unknown>, member: Member): boolean {
  const present = channel.members.get(member.userId);
  if (present !== undefined) {
    present.connections += 1;
    return false;
  }
  channel.members.set(member.userId, { member, connections: 1 });
  return true;
}

/** True when it was the user's last connection to the channel (P-124). */
function removeMember(channel: Channel<unknown>, userId: string): boolean {
  const present = channel.members.get(userId);
  if (present === undefined) return false;
  present.connections -= 1;
  if (present.connections > 0) return false;
  channel.members.delete(userId);
  return true;
}

function membersOf(channel: Channel<unknown> | undefined): Member[] {
  return [...channel?.members.values() ?? []].map(({ member }) => member);
}

function countOf(channel: Channel<unknown> | undefined): ChannelCount {
  return {
    subscriptions: channel?.subscribers.size ?? 0,
    users: channel?.members.size ?? 0,
  };
}

/** True when the key had no connection before. */
function add<P>(index: Map<string, Set<P>>, key: string, peer: P): boolean {
  const known = index.get(key);
  if (known !== undefined) {
    known.add(peer);
    return false;
  }
  index.set(key, new Set([peer]));
  return true;
}

/** True when the key has no connection left. */
function drop<P>(index: Map<string, Set<P>>, key: string, peer: P): boolean {
  const known = index.get(key);
  if (known === undefined || !known.delete(peer) || known.size > 0) return false;
  index.delete(key);
  return true;
}
