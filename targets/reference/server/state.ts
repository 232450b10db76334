/**
 * Everything one app knows about who is connected, who listens to what and who is who.
 *
 * Nothing outside an implementation of this interface holds channel state, so that workers and
 * nodes can share it; and whoever changes the state tells others of the change, members, counts,
 * watchers and webhooks alike, so that no change can overtake the news of another. What only this
 * node's sockets need is synchronous; what may have to ask others may return a promise, and a
 * caller keeps the order of one connection's requests by waiting for each (see `turns.ts`).
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

/** What a subscriber is to be told. */
export interface Arrival {
  /** False when the connection was subscribed already; then nothing changed. */
  readonly isNew: boolean;
  /** Everybody present, the subscriber included; empty on other channels. */
  readonly members: readonly Member[];
  /** The channel's last event; undefined when none is remembered. */
  readonly cached: CachedEvent | undefined;
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

/** `P` stands for a connection; a session's own state knows the connection itself. */
export interface ChannelState<P = Connection> {
  /** Takes one of the server's `capacity` places (0: no limit); false when none is free. */
  takePlace(connection: P, capacity: number): MaybePromise<boolean>;
  /** Claims one of the app's `quota` connections (0: no limit); false when none is free. */
  claimSlot(connection: P, quota: number): MaybePromise<boolean>;
  /** Ends everything the connection had: place, slot, subscriptions, sign-in. Harmless when repeated. */
  disconnect(connection: P): MaybePromise<void>;
  /** Connections that hold a slot. */
  connections(): MaybePromise<number>;

  /**
   * Subscribes a connection. `welcome` is called in the same tick as the subscription takes
   * effect here, so that no event published later can overtake the frames it sends (P-128); then
   * others are told.
   *
   * @returns `full` when a presence channel has `maxMembers` users and this would be another.
   */
  subscribe(
    connection: P,
    channel: string,
    member: Member | undefined,
    maxMembers: number,
    welcome: (arrival: Arrival) => void,
  ): MaybePromise<"subscribed" | "full">;
  /** Harmless when there was no such subscription. */
  unsubscribe(connection: P, channel: string): MaybePromise<void>;
  /** How many channels the connection is in. */
  subscriptions(connection: P): number;
  isSubscribed(connection: P, channel: string): boolean;
  /** Who the connection is on a presence channel it is subscribed to. */
  memberOf(connection: P, channel: string): Member | undefined;

  /**
   * Writes a frame to every subscriber but one. What is to be remembered is remembered in the same
   * tick, so that a subscriber gets the event once, either way.
   */
  publish(channel: string, frame: Buffer, options?: Publishing): MaybePromise<void>;
  /** The remembered event and the milliseconds it will still be kept. */
  recall(channel: string): MaybePromise<{ event: CachedEvent; ttlMs: number } | undefined>;

  /** Occupied channels whose name begins with `prefix`. */
  channels(prefix: string): MaybePromise<ReadonlyMap<string, ChannelCount>>;
  /** Zeros for a channel that is not occupied. */
  count(channel: string): MaybePromise<ChannelCount>;
  /** Distinct user ids present. */
  userIds(channel: string): MaybePromise<readonly string[]>;

  /** Signs a connection in; `welcome` is called before anybody else is told. */
  signIn(
    connection: P,
    userId: string,
    watchlist: readonly string[],
    welcome: (signedIn: SignIn) => void,
  ): MaybePromise<void>;
  /** Closes every connection signed in as the user (P-193, P-194). */
  terminate(userId: string, farewell: Farewell): MaybePromise<void>;

  /**
   * Called once, when every connection of this server has been disconnected and the server is about
   * to end: tells what was still to be told.
   */
  retire(): MaybePromise<void>;
}

/** What others would have to agree to cannot be done now, because they cannot be reached. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

export interface Publishing {
  readonly exceptSocketId?: string | undefined;
  /** The channel's last event from now on, for its time to live. */
  readonly remember?: { readonly event: CachedEvent; readonly ttlMs: number };
}
