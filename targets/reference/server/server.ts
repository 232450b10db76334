/** One listening port: WebSocket clients on `/app/{key}`, the HTTP API on everything else. */
import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { below } from "./api/request.ts";
import { handleApiRequest } from "./api/handle.ts";
import type { App } from "./app.ts";
import { closeCodes, type Farewell } from "./close_codes.ts";
import type { Config } from "./config.ts";
import { close, CLOSE_WAIT_MS, closeSocket, type Connection, farewellFrame } from "./connection.ts";
import { createDoor, endOnce } from "./door.ts";
import { spread, within } from "./drain.ts";
import { createHealthGate } from "./health.ts";
import { type Answer, answerer } from "./handshake.ts";
import type { Listeners } from "./events.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { logger } from "./log.ts";
import { readInPieces } from "./pieces.ts";
import { createPipelineLimit } from "./pipeline.ts";
import { open } from "./session.ts";
import { inTurn } from "./turns.ts";

const log = logger("server");

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Where metrics are read, if they are. */
  readonly metricsPort?: number;
  /** Takes no new connections; whoever asks for one on a kept line is sent elsewhere. */
  closeDoor(): void;
  /**
   * Ends in order: no new connections; clients told to reconnect (P-072), spread over half of
   * `withinMs` at most, each after the request it waits for; HTTP answers and webhooks finished.
   * What `withinMs` was too short for is given up; it lasts three seconds longer at the most.
   */
  stop(withinMs?: number): Promise<void>;
}

/** Messages before an app is known are never read, so no client may send more than this. */
const STRANGER_MESSAGE_BYTES = 1024;

/** How long the last to be sent away may take, however little time there is. */
const LAST_WORD_MS = CLOSE_WAIT_MS + 500;

/** Longer than proxies keep theirs, so that it is not this end that hangs up under a request. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Resolves when the port is open. `shared`: others may listen on it too, and the kernel decides
 * who gets a connection.
 */
export async function startServer(
  config: Config,
  apps: readonly App[],
  { shared = false, events }: { readonly shared?: boolean; readonly events: Listeners },
): Promise<RunningServer> {
  const appsByKey = new Map(apps.map((app) => [app.settings.key, app]));
  const answer = answerer(appsByKey);
  const appsById = new Map(apps.map((app) => [app.settings.id, app]));
  const doors = new Map(apps.map((app) => [app, createDoor(app.settings.maxMessageBytes)]));
  const strangersDoor = createDoor(STRANGER_MESSAGE_BYTES);
  let closing = false;
  const closed = Promise.withResolvers<unknown>();
  const connections = new Map<App, Set<Connection>>(apps.map((app) => [app, new Set()]));

  const http: Server = config.tls ? createTlsServer(config.tls) : createServer();
  http.maxConnections = config.maxSockets;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  const mayAsk = createHealthGate();
  const pieces = readInPieces(http, config.tls ? "secureConnection" : "connection");
  const mayWait = createPipelineLimit();
  const answering = new Set<ServerResponse>();
  http.on("request", (request, response) => {
    if (!mayWait(request, response)) return;
    answering.add(response);
    response.once("close", () => answering.delete(response));
    if (closing) response.setHeader("Connection", "close");
    void handleApiRequest(request, response, {
      apps: appsById,
      path: config.path,
      maxRequestBytes: config.maxRequestBytes,
      health: () =>
        closing
          ? "ending"
          : mayAsk(request.socket.remoteAddress, performance.now())
          ? "OK"
          : "asked too often",
    });
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    admit(request, socket, pieces.headOf(socket, head));
  });
  http.on("clientError", answerUnreadable);

  function admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const reply: Answer = closing ? elsewhere : answer({
      target: below(config.path, request.url ?? "/"),
      origin: request.headers.origin,
      encrypted: config.tls !== undefined,
    });
    const door = reply.ok ? doors.get(reply.app) ?? strangersDoor : strangersDoor;
    // The upgrade and what is said right after it leave in one write.
    socket.cork();
    door.handleUpgrade(request, socket, head, (ws) => {
      endOnce(ws, socket);
      ws.on("error", () => {}); // ws closes the connection itself; there is nobody to tell.
      if (!reply.ok) {
        events.connectionRefused?.(reply.farewell);
        return turnAway(ws, socket, reply.farewell, reply.protocol);
      }
      welcome(reply.app, reply.protocol, ws, socket);
    });
    socket.uncork();
  }

  function welcome(app: App, protocol: number, ws: WebSocket, socket: Duplex): void {
    const here = connections.get(app);
    const connection = open(app, protocol, ws, socket);
    here?.add(connection);
    for (const event of ["closing", "close"]) ws.once(event, () => here?.delete(connection));
  }

  const stopHeartbeats = apps.map((app) =>
    startHeartbeat(connections.get(app) ?? [], app.settings)
  );

  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    const { host, port } = config;
    http.listen({ host, port, reusePort: shared }, resolve);
  });
  http.on("error", (error) => log.error("the port failed", { error }));
  const { port } = http.address() as AddressInfo; // A TCP server that listens has one.

  function closeDoor(): void {
    if (closing) return;
    closing = true;
    for (const response of answering) {
      if (!response.headersSent) response.setHeader("Connection", "close");
    }
    http.close(closed.resolve);
  }

  return {
    host: config.host,
    port,
    tls: config.tls !== undefined,
    closeDoor,
    async stop(withinMs = 0) {
      const deadline = performance.now() + withinMs;
      const left = () => deadline - performance.now();
      closeDoor();
      for (const stopHeartbeat of stopHeartbeats) stopHeartbeat();
      const everybody = [...connections.values()].flatMap((here) => [...here]);
      const gone = everybody.map(goneOf);
      await spread(everybody, withinMs / 2, sendAway);
      if (!await within(Promise.all(gone), Math.max(left(), LAST_WORD_MS))) {
        for (const { ws } of everybody) ws.terminate();
      }
      await within(Promise.all([...answering].map(finished)), left());
      await Promise.all(apps.map(async ({ state, webhooks }) => {
        await within(Promise.resolve(state.retire()), left());
        await webhooks.finish(left());
      }));
      http.closeAllConnections();
      await closed.promise;
    },
  };
}

/**
 * A request that cannot be read is answered all the same (RFC 9110 §5.4 and §15.5.1). What still comes
 * of it is read and thrown away: a connection closed upon it would take the answer along (RFC 9112 §9.6).
 */
function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (socket.writableEnded && !socket.destroyed) return;
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW"
    ? "431 Request Header Fields Too Large"
    : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  const overdue = setTimeout(() => socket.destroy(), CLOSE_WAIT_MS);
  socket.once("close", () => clearTimeout(overdue));
}

function turnAway(ws: WebSocket, socket: Duplex, farewell: Farewell, protocol: number): void {
  if (protocol < 6) socket.write(farewellFrame(farewell));
  closeSocket(ws, farewell);
}

const shuttingDown: Farewell = {
  code: closeCodes.reconnect,
  reason: "The server is shutting down: reconnect at once",
};

const elsewhere: Answer = { ok: false, farewell: shuttingDown, protocol: 7 };

/** After what the connection has asked for: an answer that was under way still comes. */
function sendAway(connection: Connection): void {
  const { ws } = connection;
  // Who is being closed already has been told why; the answer may never come.
  if (ws.readyState !== WebSocket.OPEN) return ws.terminate();
  inTurn(connection, () => close(connection, shuttingDown));
}

function goneOf({ ws }: Connection): Promise<void> {
  return new Promise((resolve) => ws.once("close", () => resolve()));
}

function finished(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once("close", () => resolve()));
}
