/** Channel state of a single process: plain maps, every operation done in one tick. */
import { close, type Connection, send } from "./connection.ts";
import { createDepartures } from "./departures.ts";
import { createEventCache } from "./event_cache.ts";
import type { Arrival, ChannelCount, ChannelState, Departure, Member } from "./state.ts";

interface Channel {
  readonly name: string;
  readonly subscribers: Map<Connection, Member | undefined>;
  /** Users present and how many connections each has here. */
  readonly members: Map<string, { readonly member: Member; connections: number }>;
}

interface Session {
  holdsSlot: boolean;
  readonly channels: Set<Channel>;
  userId: string | undefined;
  watchlist: readonly string[];
}

export function createMemoryState(): ChannelState {
  const sessions = new Map<Connection, Session>();
  const channels = new Map<string, Channel>();
  const users = new Map<string, Set<Connection>>();
  const watchers = new Map<string, Set<Connection>>();
  const cache = createEventCache();
  const departures = createDepartures();
  let slots = 0;

  function sessionOf(connection: Connection): Session {
    const known = sessions.get(connection);
    if (known !== undefined) return known;
    const session: Session = {
      holdsSlot: false,
      channels: new Set(),
      userId: undefined,
      watchlist: [],
    };
    sessions.set(connection, session);
    return session;
  }

  function channelOf(name: string): Channel {
    const known = channels.get(name);
    if (known !== undefined) return known;
    const channel: Channel = { name, subscribers: new Map(), members: new Map() };
    channels.set(name, channel);
    return channel;
  }

  function leave(connection: Connection, session: Session, channel: Channel): Departure {
    const member = channel.subscribers.get(connection);
    channel.subscribers.delete(connection);
    session.channels.delete(channel);
    const vacated = channel.subscribers.size === 0;
    if (vacated) channels.delete(channel.name);
    const gone = member !== undefined && removeMember(channel, member.userId);
    return { channel: channel.name, vacated, memberRemoved: gone ? member.userId : undefined };
  }

  return {
    claimSlot(connection, quota) {
      const session = sessionOf(connection);
      if (session.holdsSlot) return true;
      if (quota > 0 && slots >= quota) return false;
      session.holdsSlot = true;
      slots += 1;
      return true;
    },

    disconnect(connection) {
      const session = sessions.get(connection);
      if (session === undefined) return { departures: [], wentOffline: undefined };
      sessions.delete(connection);
      if (session.holdsSlot) slots -= 1;
      for (const watched of session.watchlist) drop(watchers, watched, connection);
      const { userId } = session;
      const offline = userId !== undefined && drop(users, userId, connection);
      return {
        departures: [...session.channels].map((channel) => leave(connection, session, channel)),
        wentOffline: offline ? userId : undefined,
      };
    },

    connections: () => slots,

    subscribe(connection, name, member, maxMembers, welcome) {
      const existing = channels.get(name);
      const isNew = existing === undefined || !existing.subscribers.has(connection);
      if (isNew && member !== undefined && existing !== undefined) {
        if (!existing.members.has(member.userId) && existing.members.size >= maxMembers) {
          return "full";
        }
      }
      const channel = channelOf(name);
      const occupied = channel.subscribers.size === 0;
      let memberAdded = false;
      if (isNew) {
        channel.subscribers.set(connection, member);
        sessionOf(connection).channels.add(channel);
        memberAdded = member !== undefined && addMember(channel, member);
      }
      const arrival: Arrival = {
        isNew,
        occupied,
        memberAdded,
        members: [...channel.members.values()].map((present) => present.member),
        cached: cache.get(name)?.event,
      };
      welcome(arrival);
      return "subscribed";
    },

    unsubscribe(connection, name) {
      const session = sessions.get(connection);
      const channel = channels.get(name);
      if (session === undefined || channel === undefined) return undefined;
      return channel.subscribers.has(connection) ? leave(connection, session, channel) : undefined;
    },

    subscriptions: (connection) => sessions.get(connection)?.channels.size ?? 0,
    isSubscribed: (connection, name) => channels.get(name)?.subscribers.has(connection) ?? false,
    memberOf: (connection, name) => channels.get(name)?.subscribers.get(connection),

    publish(name, frame, exceptSocketId) {
      const channel = channels.get(name);
      if (channel === undefined) return;
      for (const connection of channel.subscribers.keys()) {
        if (connection.socketId !== exceptSocketId) send(connection, frame);
      }
    },

    remember: cache.set,
    recall: cache.get,

    channels(prefix) {
      const occupied = new Map<string, ChannelCount>();
      for (const channel of channels.values()) {
        if (channel.name.startsWith(prefix)) occupied.set(channel.name, countOf(channel));
      }
      return occupied;
    },
    count: (name) => countOf(channels.get(name)),
    userIds: (name) => [...channels.get(name)?.members.keys() ?? []],

    signIn(connection, userId, watchlist) {
      const session = sessionOf(connection);
      session.userId = userId;
      session.watchlist = watchlist;
      const cameOnline = add(users, userId, connection);
      for (const watched of watchlist) add(watchers, watched, connection);
      return {
        cameOnline,
        online: watchlist.filter((id) => users.has(id)),
        offline: watchlist.filter((id) => !users.has(id)),
      };
    },

    tellWatchers(userId, frame, exceptSocketId) {
      for (const connection of watchers.get(userId) ?? []) {
        if (connection.socketId !== exceptSocketId) send(connection, frame);
      }
    },

    terminate(userId, farewell) {
      for (const connection of [...users.get(userId) ?? []]) close(connection, farewell);
    },

    claim: departures.claim,
    departed: departures.departed,
    returned: departures.returned,
  };
}

/** True when it is the user's first connection to the channel (P-120). */
function addMember(channel: Channel, member: Member): boolean {
  const present = channel.members.get(member.userId);
  if (present !== undefined) {
    present.connections += 1;
    return false;
  }
  channel.members.set(member.userId, { member, connections: 1 });
  return true;
}

/** True when it was the user's last connection to the channel (P-124). */
function removeMember(channel: Channel, userId: string): boolean {
  const present = channel.members.get(userId);
  if (present === undefined) return false;
  present.connections -= 1;
  if (present.connections > 0) return false;
  channel.members.delete(userId);
  return true;
}

function countOf(channel: Channel | undefined): ChannelCount {
  return {
    subscriptions: channel?.subscribers.size ?? 0,
    users: channel?.members.size ?? 0,
  };
}

/** True when the key had no connection before. */
function add(index: Map<string, Set<Connection>>, key: string, connection: Connection): boolean {
  const known = index.get(key);
  if (known !== undefined) {
    known.add(connection);
    return false;
  }
  index.set(key, new Set([connection]));
  return true;
}

/** True when the key has no connection left. */
function drop(index: Map<string, Set<Connection>>, key: string, connection: Connection): boolean {
  const known = index.get(key);
  if (known === undefined || !known.delete(connection) || known.size > 0) return false;
  index.delete(key);
  return true;
}
