/** The life of one connection: opened, spoken to, ended. */
import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { App } from "./app.ts";
import { admitOpened } from "./authorized.ts";
import { takeBreathers } from "./breather.ts";
import { relayClientEvent } from "./client_events.ts";
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
import { pongFrame } from "./frames.ts";
import { touch } from "./heartbeat.ts";
import { type ClientMessage, readMessage } from "./messages.ts";
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
    turn: undefined,
  };
  takeBreathers(ws);
  ws.on("message", (data: Buffer, isBinary) => hear(connection, data, isBinary));
  ws.on("ping", (payload) => answerPing(connection, payload));
  ws.on("pong", () => touch(connection));
  // Whichever comes first: a client that said goodbye has left, however long its line stays up.
  for (const event of ["closing", "close"]) {
    ws.on(event, () => inTurn(connection, () => end(connection)));
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
  inTurn(connection, () => obey(connection, message));
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
