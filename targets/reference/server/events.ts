/**
 * What happens on a server, told to whoever embeds it, to its logs and to its metrics.
 *
 * A listener is called in the tick in which it happened, and must be quick. What nobody listens to
 * costs nothing: no object is made for it, and a broadcast is counted once, not for each subscriber.
 */
import type { WebhookName } from "./settings.ts";

/** Each event with its details; `app` is an app's id, sizes are in bytes. */
export interface ServerEvents {
  connectionOpened: { app: string; socketId: string; protocol: number };
  /** A client was turned away by the handshake. */
  connectionRefused: { code: number; reason: string };
  /** The line is down; `code` is 1006 where nobody said goodbye. */
  connectionClosed: { app: string; socketId: string; code: number };
  /** The server gave up a client that had been silent too long. */
  connectionPruned: { app: string; socketId: string };

  subscribed: { app: string; socketId: string; channel: string };
  subscriptionRefused: { app: string; socketId: string; channel: string; reason: string };
  unsubscribed: { app: string; socketId: string; channel: string };
  channelCreated: { app: string; channel: string };
  channelRemoved: { app: string; channel: string };

  /** A message of a client; `channel` where it names one. */
  messageReceived: {
    app: string;
    socketId: string;
    event: string;
    channel: string | undefined;
    size: number;
  };
  /** One frame written to so many connections; `channel` where all its subscribers were meant. */
  messageSent: { app: string; channel: string | undefined; size: number; receivers: number };
  /** An event of the HTTP API. */
  published: { app: string; channel: string; event: string; size: number };

  authenticationFailed: { app: string; of: "channel" | "user" | "request"; reason: string };
  /** One attempt to deliver webhooks, or the end of all attempts. */
  webhook: { app: string; outcome: WebhookOutcome; events: readonly WebhookName[] };
}

/** `refused`: not accepted, and tried again; `lost`: given up. */
export type WebhookOutcome = "delivered" | "refused" | "lost";

export type EventName = keyof ServerEvents;

export type Listeners = {
  readonly [E in EventName]?: (details: ServerEvents[E]) => void;
};

/** Listeners of one name become one that calls them in turn; undefined ones are left out. */
export function combine(...all: readonly (Listeners | undefined)[]): Listeners {
  const given = all.filter((listeners) => listeners !== undefined);
  const names = new Set(given.flatMap((listeners) => Object.keys(listeners) as EventName[])); // the keys of Listeners
  return Object.fromEntries([...names].map((name) => [name, inTurn(name, given)]));
}

function inTurn<E extends EventName>(name: E, all: readonly Listeners[]) {
  const own = all.map((listeners) => listeners[name]).filter((listener) => listener !== undefined);
  const [only] = own;
  if (only !== undefined && own.length === 1) return only;
  return (details: ServerEvents[E]) => {
    for (const listener of own) listener(details);
  };
}
