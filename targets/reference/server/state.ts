/**
 * Everything one app knows about who is connected, who listens to what and who is who.
 *
 * Nothing outside an implementation of this interface holds channel state, so that workers and
 * nodes can share it. What only this node's sockets need is synchronous; what may have to ask
 * others may return a promise, and a caller keeps the order of one connection's requests by
 * waiting for each (see `turns.ts`).
 */
import type { Buffer } from "node:buffer";
import type { Connection } from "./connection.ts";
import type { Farewell } from "./close_codes.ts";

export type MaybePromise<T> = T | Promise<T>;

/** Who a connection is on a presence channel. */
export interface Member {
  readonly userId: string;
  /** JSON text, `null` when the application gave none. */
  readonly userInfo: string;
}

export interface CachedEvent {
  readonly event: string;
  readonly data: string;
}

/** What a subscription changed and what its subscriber is to be told. */
export interface Arrival {
  /** False when the connection was subscribed already; then nothing changed. */
  readonly isNew: boolean;
  /** It is the channel's first subscription. */
  readonly occupied: boolean;
  /** It is the member's first connection to the channel. */
  readonly memberAdded: boolean;
  /** Everybody present, the subscriber included; empty on other channels. */
  readonly members: readonly Member[];
  /** The channel's last event; undefined when none is remembered. */
  readonly cached: CachedEvent | undefined;
}

/** What the end of a subscription changed. */
export interface Departure {
  readonly channel: string;
  readonly vacated: boolean;
  /** The user whose last connection this was. */
  readonly memberRemoved: string | undefined;
}

/** What the end of a connection changed. */
export interface Parting {
  readonly departures: readonly Departure[];
  /** The signed-in user whose last connection this was. */
  readonly wentOffline: string | undefined;
}

/** What a sign-in changed and what its connection is to be told. */
export interface SignIn {
  readonly cameOnline: boolean;
  readonly online: readonly string[];
  readonly offline: readonly string[];
}

export interface ChannelCount {
  readonly subscriptions: number;
  /** Distinct users; 0 on channels other than presence. */
  readonly users: number;
}

export interface ChannelState {
  /** Claims one of the app's `quota` connections (0: no limit); false when none is free. */
  claimSlot(connection: Connection, quota: number): MaybePromise<boolean>;
  /** Ends everything the connection had: slot, subscriptions, sign-in. Harmless when repeated. */
  disconnect(connection: Connection): MaybePromise<Parting>;
  /** Connections that hold a slot. */
  connections(): MaybePromise<number>;

  /**
   * Subscribes a connection. `welcome` is called in the same tick as the subscription takes
   * effect here, so that no event published later can overtake the frames it sends (P-128).
   *
   * @returns `full` when a presence channel has `maxMembers` users and this would be another.
   */
  subscribe(
    connection: Connection,
    channel: string,
    member: Member | undefined,
    maxMembers: number,
    welcome: (arrival: Arrival) => void,
  ): MaybePromise<"subscribed" | "full">;
  /** Undefined when there was no such subscription. */
  unsubscribe(connection: Connection, channel: string): MaybePromise<Departure | undefined>;
  /** How many channels the connection is in. */
  subscriptions(connection: Connection): number;
  isSubscribed(connection: Connection, channel: string): boolean;
  /** Who the connection is on a presence channel it is subscribed to. */
  memberOf(connection: Connection, channel: string): Member | undefined;

  /** Writes a frame to every subscriber but one; to those of this node before it returns. */
  publish(channel: string, frame: Buffer, exceptSocketId?: string): void;
  /** Keeps a channel's last event for its time to live. */
  remember(channel: string, event: CachedEvent, ttlMs: number): void;
  /** The remembered event and the milliseconds it will still be kept. */
  recall(channel: string): MaybePromise<{ event: CachedEvent; ttlMs: number } | undefined>;

  /** Occupied channels whose name begins with `prefix`. */
  channels(prefix: string): MaybePromise<ReadonlyMap<string, ChannelCount>>;
  /** Zeros for a channel that is not occupied. */
  count(channel: string): MaybePromise<ChannelCount>;
  /** Distinct user ids present. */
  userIds(channel: string): MaybePromise<readonly string[]>;

  signIn(
    connection: Connection,
    userId: string,
    watchlist: readonly string[],
  ): MaybePromise<SignIn>;
  /** Writes a frame to every connection, but one, that watches the user. */
  tellWatchers(userId: string, frame: Buffer, exceptSocketId?: string): void;
  /** Closes every connection signed in as the user (P-193, P-194). */
  terminate(userId: string, farewell: Farewell): void;

  /** True for the first caller to name this key within `ms`: one of many does what all would. */
  claim(key: string, ms: number): MaybePromise<boolean>;
  /** Calls `announce` after `ms`, unless the same key has come back by then. */
  departed(key: string, ms: number, announce: () => void): void;
  /** Calls `announce`, unless the key departed and was not yet announced: then it never left. */
  returned(key: string, announce: () => void): void;
}
