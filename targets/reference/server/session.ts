/** The life of one connection: opened, spoken to, ended. */
import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { App } from "./app.ts";
import { admitOpened } from "./authorized.ts";
import { relayClientEvent } from "./client_events.ts";
import { closeCodes } from "./close_codes.ts";
import {
  close,
  type Connection,
  establish,
  newSocketId,
  overCapacity,
  overQuota,
  refuse,
  send,
} from "./connection.ts";
import { errorFrame, pongFrame } from "./frames.ts";
import { touch } from "./heartbeat.ts";
import { type ClientMessage, nameOf, readMessage } from "./messages.ts";
import { createRateWindow } from "./rate_window.ts";
import type { MaybePromise } from "./state.ts";
import { subscribe } from "./subscribe.ts";
import { andThen, inTurn } from "./turns.ts";
import { signIn } from "./users.ts";

/** Takes over an upgraded WebSocket of an app the client may use. */
export function open(app: App, protocol: number, ws: WebSocket, socket: Duplex): Connection {
  const connection: Connection = {
    app,
    socketId: newSocketId(),
    protocol,
    ws,
    socket,
    lastActivity: performance.now(),
    probe: "none",
    probedAt: 0,
    authorized: false,
    user: undefined,
    clientEvents: undefined,
    messages: undefined,
    turn: undefined,
  };
  const { settings, events } = app;
  const { socketId } = connection;
  ws.on("message", (data: Buffer, isBinary) => hear(connection, data, isBinary));
  ws.on("ping", (payload) => answerPing(connection, payload));
  ws.on("pong", () => touch(connection));
  // Whichever comes first: a client that said goodbye has left, however long its line stays up.
  for (const event of ["closing", "close"]) {
    ws.on(event, () => inTurn(connection, () => end(connection)));
  }
  events.connectionOpened?.({ app: settings.id, socketId, protocol });
  if (events.connectionClosed) {
    ws.once("close", (code) => events.connectionClosed?.({ app: settings.id, socketId, code }));
  }
  inTurn(connection, () =>
    andThen(
      takePlace(connection),
      (taken) => taken ? begin(connection) : close(connection, overCapacity),
    ));
  return connection;
}

function takePlace(connection: Connection): MaybePromise<boolean> {
  const { capacity } = connection.app.settings;
  return capacity === 0 ? true : connection.app.state.takePlace(connection, capacity);
}

function begin(connection: Connection): MaybePromise<void> {
  return andThen(
    admitOpened(connection),
    (admitted) => admitted ? establish(connection) : close(connection, overQuota),
  );
}

function hear(connection: Connection, data: Buffer, isBinary: boolean): void {
  touch(connection);
  if (isBinary) return refuse(connection, "Messages must be text frames");
  const message = readMessage(data.toString());
  report(connection, message, data.length);
  if (!isWithinRate(connection)) return;
  inTurn(connection, () => obey(connection, message));
}

/** Refuses what is said too fast, where the app has a limit. */
function isWithinRate(connection: Connection): boolean {
  const { rateLimit } = connection.app.settings;
  if (rateLimit === undefined) return true;
  connection.messages ??= createRateWindow(rateLimit.messages, rateLimit.seconds * 1000);
  if (connection.messages.admits(performance.now())) return true;
  const reason = `More than ${rateLimit.messages} messages in ${rateLimit.seconds} seconds`;
  if (rateLimit.terminate) close(connection, { code: closeCodes.tooFast, reason });
  else send(connection, errorFrame({ code: closeCodes.tooFast, message: reason }));
  return false;
}

function report(connection: Connection, message: ClientMessage, size: number): void {
  const { settings, events } = connection.app;
  if (!events.messageReceived) return;
  const { socketId } = connection;
  const channel = "channel" in message ? message.channel : undefined;
  events.messageReceived({ app: settings.id, socketId, event: nameOf(message), channel, size });
}

/** A connection that is being closed is heard no more. */
function obey(connection: Connection, message: ClientMessage): MaybePromise<void> {
  if (connection.ws.readyState !== connection.ws.OPEN) return;
  switch (message.kind) {
    case "ping":
      return send(connection, pongFrame);
    case "pong":
      return;
    case "subscribe":
      return subscribe(connection, message);
    case "unsubscribe":
      return unsubscribe(connection, message.channel);
    case "signin":
      return signIn(connection, message);
    case "client-event":
      return relayClientEvent(connection, message);
    case "refused":
      return refuse(connection, message.why);
  }
}

/** No answer, and no harm when there was no subscription (P-083 to P-085). */
function unsubscribe(connection: Connection, channel: string): MaybePromise<void> {
  return connection.app.state.unsubscribe(connection, channel);
}

/** The protocol's own pong, with the same payload (P-039); within the same bound as all else. */
function answerPing(connection: Connection, payload: Buffer): void {
  touch(connection);
  if (connection.ws.readyState !== connection.ws.OPEN) return;
  if (connection.socket.writableLength > connection.app.settings.maxBacklogBytes) {
    return connection.ws.terminate();
  }
  connection.ws.pong(payload);
}

function end(connection: Connection): MaybePromise<void> {
  return connection.app.state.disconnect(connection);
}
