/** One client's WebSocket: who it is, writing to it, and ending it. */
import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { randomInt } from "node:crypto";
import { WebSocket } from "ws";
import type { App } from "./app.ts";
import { closeCodes, type Farewell } from "./close_codes.ts";
import { errorFrame, eventFrame } from "./frames.ts";
import type { RateWindow } from "./rate_window.ts";

/** A client that does not answer a close frame is cut off after this long. */
export const CLOSE_WAIT_MS = 2000;

export interface Connection {
  readonly app: App;
  readonly socketId: string;
  /** Protocol version the client asked for. */
  readonly protocol: number;
  readonly ws: WebSocket;
  /** The TCP or TLS socket beneath, to which pre-built frames are written. */
  readonly socket: Duplex;
  /** Monotonic milliseconds when anything last came from the client (P-042, P-043). */
  lastActivity: number;
  /** The probe that is unanswered: none, a protocol ping, or `pusher:ping` after that. */
  probe: "none" | "ping" | "event";
  probedAt: number;
  /** Signed in, or subscribed to a channel that needs a signature (P-203). */
  authorized: boolean;
  user: SignedInUser | undefined;
  clientEvents: RateWindow | undefined;
  /** What it says at all, where the app limits that. */
  messages: RateWindow | undefined;
  /** The request of this connection that is still being worked on, if any. */
  turn: Promise<void> | undefined;
}

export interface SignedInUser {
  readonly id: string;
  /** JSON text, `null` when the application gave none. */
  readonly userInfo: string;
}

/** A socket id in the only shape the official libraries accept: `digits.digits` (P-013). */
export function newSocketId(): string {
  return `${randomInt(1, 2 ** 47)}.${randomInt(1, 2 ** 47)}`;
}

export function isSocketId(text: string): boolean {
  return /^\d+\.\d+$/.test(text);
}

/**
 * Writes a frame, unless the connection is closing. A client that leaves more unread than its app
 * allows is cut off, so that it can neither delay others nor fill memory (P-306). True when it was
 * written; no listener hears of it, for whoever writes to many tells of all of them at once.
 */
export function write(connection: Connection, frame: Buffer): boolean {
  if (connection.ws.readyState !== WebSocket.OPEN) return false;
  if (connection.socket.writableLength > connection.app.settings.maxBacklogBytes) {
    connection.ws.terminate();
    return false;
  }
  connection.socket.write(frame);
  return true;
}

/** Writes a frame to this connection alone. */
export function send(connection: Connection, frame: Buffer): void {
  if (!write(connection, frame)) return;
  const { settings, events } = connection.app;
  events.messageSent?.({ app: settings.id, channel: undefined, size: frame.length, receivers: 1 });
}

/** Refuses a request on a connection that stays open. */
export function refuse(connection: Connection, message: string, channel?: string): void {
  send(connection, errorFrame({ message, ...(channel === undefined ? {} : { channel }) }));
}

/**
 * Closes with code and reason. Before protocol 6 clients could not read close codes, so they are
 * told in an event as well (P-059).
 */
export function close(connection: Connection, farewell: Farewell): void {
  if (connection.protocol < 6) send(connection, farewellFrame(farewell));
  closeSocket(connection.ws, farewell);
}

/** Closes a WebSocket that may never have become a connection. */
export function closeSocket(ws: WebSocket, { code, reason }: Farewell): void {
  if (ws.readyState !== WebSocket.OPEN) return;
  ws.close(code, reason);
  const overdue = setTimeout(() => ws.terminate(), CLOSE_WAIT_MS);
  ws.once("close", () => clearTimeout(overdue));
}

/** The same farewell as a `pusher:error` event. */
export function farewellFrame({ code, reason }: Farewell): Buffer {
  return eventFrame({ event: "pusher:error", data: JSON.stringify({ code, message: reason }) });
}

/** The reply to a successful handshake (P-008 to P-014). */
export function establish(connection: Connection): void {
  send(
    connection,
    eventFrame({
      event: "pusher:connection_established",
      data: JSON.stringify({
        socket_id: connection.socketId,
        activity_timeout: connection.app.settings.activityTimeoutSeconds,
      }),
    }),
  );
}

export const overQuota: Farewell = {
  code: closeCodes.overQuota,
  reason: "The app is over its connection quota",
};

export const overCapacity: Farewell = {
  code: closeCodes.overCapacity,
  reason: "The server is over capacity: try again later",
};

/** Clients come back later, after a wait that grows (P-071). */
export const unavailable: Farewell = {
  code: closeCodes.overCapacity,
  reason: "The server cannot reach its other nodes: try again later",
};
