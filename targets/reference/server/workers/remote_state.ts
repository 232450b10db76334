/**
 * The state of one app as a worker sees it: it knows the subscriptions of its own sockets, and asks
 * the hub for everything else.
 */
import { Buffer } from "node:buffer";
import { close, type Connection, send } from "../connection.ts";
import type { Listeners } from "../events.ts";
import { createLocalReach } from "../local_reach.ts";
import type { ChannelState, Member } from "../state.ts";
import {
  exactly,
  type News,
  type NewsName,
  type QuestionName,
  type Questions,
  type ToWorker,
} from "./messages.ts";

/** How one app's state speaks with the hub. */
export interface Line {
  /** `then` is called in the tick in which the answer comes, before any later news. */
  ask<Q extends QuestionName>(
    name: Q,
    args: Questions[Q]["args"],
    then: (answer: Questions[Q]["answer"]) => void,
  ): void;
  tell<N extends NewsName>(name: N, args: News[N]): void;
}

export interface RemoteState extends ChannelState {
  /** Does what the hub says about connections of this worker. */
  hear(message: ToWorker): void;
}

/** `app` is the app's id. */
export function createRemoteState(line: Line, app: string, events: Listeners): RemoteState {
  const reach = createLocalReach(app, events);
  const connections = new Map<string, Connection>();
  const subscribers = new Map<string, Map<Connection, Member | undefined>>();
  const subscriptions = new Map<Connection, Set<string>>();

  const ask = <Q extends QuestionName>(name: Q, ...args: Questions[Q]["args"]) =>
    new Promise<Questions[Q]["answer"]>((resolve) => line.ask(name, args, resolve));

  function enter(connection: Connection, channel: string, member: Member | undefined): void {
    const here = subscribers.get(channel);
    if (here) here.set(connection, member);
    else subscribers.set(channel, new Map([[connection, member]]));
    const own = subscriptions.get(connection);
    if (own) own.add(channel);
    else subscriptions.set(connection, new Set([channel]));
  }

  function leave(connection: Connection, channel: string): void {
    const here = subscribers.get(channel);
    here?.delete(connection);
    if (here?.size === 0) subscribers.delete(channel);
    subscriptions.get(connection)?.delete(channel);
  }

  return {
    takePlace(connection, capacity) {
      connections.set(connection.socketId, connection);
      return ask("takePlace", connection.socketId, capacity);
    },
    claimSlot(connection, quota) {
      connections.set(connection.socketId, connection);
      const claimed = ask("claimSlot", connection.socketId, quota);
      // Where there is no limit, the hub counts, and nobody needs to wait for it.
      return quota === 0 ? true : claimed;
    },
    disconnect(connection) {
      connections.delete(connection.socketId);
      for (const channel of subscriptions.get(connection) ?? []) leave(connection, channel);
      subscriptions.delete(connection);
      line.tell("disconnect", [connection.socketId]);
    },
    connections: () => ask("connections"),

    subscribe(connection, channel, member, maxMembers, welcome) {
      const { socketId } = connection;
      connections.set(socketId, connection);
      return new Promise((resolve) => {
        line.ask("subscribe", [socketId, channel, member, maxMembers], (arrival) => {
          if (arrival === "full") return resolve("full");
          if (arrival.isNew) enter(connection, channel, member);
          welcome(arrival);
          resolve("subscribed");
        });
      });
    },
    unsubscribe(connection, channel) {
      return new Promise((resolve) => {
        line.ask("unsubscribe", [connection.socketId, channel], () => {
          leave(connection, channel);
          resolve();
        });
      });
    },
    subscriptions: (connection) => subscriptions.get(connection)?.size ?? 0,
    isSubscribed: (connection, channel) => subscriptions.get(connection)?.has(channel) ?? false,
    memberOf: (connection, channel) => subscribers.get(channel)?.get(connection),

    publish: (channel, frame, options = {}) => ask("publish", channel, exactly(frame), options),
    recall: (channel) => ask("recall", channel),

    channels: (prefix) => ask("channels", prefix),
    count: (channel) => ask("count", channel),
    userIds: (channel) => ask("userIds", channel),

    signIn(connection, userId, watchlist, welcome) {
      const { socketId } = connection;
      connections.set(socketId, connection);
      return new Promise((resolve) => {
        line.ask("signIn", [socketId, userId, watchlist], (signedIn) => {
          welcome(signedIn);
          resolve();
        });
      });
    },
    terminate: (userId, farewell) => ask("terminate", userId, farewell),
    retire() {}, // The hub tells, when the last worker has ended.

    hear(message) {
      if ("publish" in message) {
        const frame = bufferOf(message.frame);
        const here = subscribers.get(message.publish)?.keys() ?? [];
        reach.publish(message.publish, here, frame, message.exceptSocketId);
      } else if ("send" in message) {
        const frame = bufferOf(message.frame);
        for (const socketId of message.send) {
          const connection = connections.get(socketId);
          if (connection) send(connection, frame);
        }
      } else if ("close" in message) {
        for (const socketId of message.close) {
          const connection = connections.get(socketId);
          if (connection) close(connection, message.farewell);
        }
      }
    },
  };
}

const bufferOf = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
