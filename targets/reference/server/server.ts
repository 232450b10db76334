/** One listening port: WebSocket clients on `/app/{key}`, the HTTP API on everything else. */
import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { handleApiRequest } from "./api/handle.ts";
import { type App, createApp } from "./app.ts";
import { closeCodes, type Farewell } from "./close_codes.ts";
import type { Config } from "./config.ts";
import { close, CLOSE_WAIT_MS, closeSocket, type Connection, farewellFrame } from "./connection.ts";
import { createDoor } from "./door.ts";
import { answer } from "./handshake.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { limitPipelining } from "./pipeline.ts";
import { open } from "./session.ts";

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Sends every client away to reconnect at once (P-072), then stops listening. */
  stop(): Promise<void>;
}

/** Messages before an app is known are never read, so no client may send more than this. */
const STRANGER_MESSAGE_BYTES = 1024;

/** Longer than proxies keep theirs, so that it is not this end that hangs up under a request. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Resolves when the port is open. `shared`: others may listen on it too, and the kernel decides
 * who gets a connection.
 */
export async function startServer(
  config: Config,
  apps: readonly App[] = config.apps.map(createApp),
  { shared = false } = {},
): Promise<RunningServer> {
  const appsByKey = new Map(apps.map((app) => [app.settings.key, app]));
  const appsById = new Map(apps.map((app) => [app.settings.id, app]));
  const doors = new Map(apps.map((app) => [app, createDoor(app.settings.maxMessageBytes)]));
  const strangersDoor = createDoor(STRANGER_MESSAGE_BYTES);
  const connections = new Map<App, Set<Connection>>(apps.map((app) => [app, new Set()]));

  const http: Server = config.tls ? createTlsServer(config.tls) : createServer();
  http.maxConnections = config.maxSockets;
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  limitPipelining(http);
  http.on("request", (request, response) => {
    void handleApiRequest(request, response, appsById, config.maxRequestBytes);
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    admit(request, socket, head);
  });
  http.on("clientError", answerUnreadable);

  function admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const reply = answer({
      target: request.url ?? "/",
      origin: request.headers.origin,
      encrypted: config.tls !== undefined,
    }, appsByKey);
    const door = reply.ok ? doors.get(reply.app) ?? strangersDoor : strangersDoor;
    door.handleUpgrade(request, socket, head, (ws) => {
      ws.on("error", () => {}); // ws closes the connection itself; there is nobody to tell.
      if (!reply.ok) return turnAway(ws, socket, reply.farewell, reply.protocol);
      welcome(reply.app, reply.protocol, ws, socket);
    });
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
  http.on("error", (error) => console.error(`server: ${error.message}`));
  const { port } = http.address() as AddressInfo; // A TCP server that listens has one.

  return {
    host: config.host,
    port,
    tls: config.tls !== undefined,
    async stop() {
      for (const stopHeartbeat of stopHeartbeats) stopHeartbeat();
      const stopped = new Promise<void>((resolve) => http.close(() => resolve()));
      const everybody = [...connections.values()].flatMap((here) => [...here]);
      await Promise.all(everybody.map(sendAway));
      for (const app of apps) app.webhooks.stop();
      http.closeAllConnections();
      await stopped;
    },
  };
}

/** A request that cannot be read is answered all the same (RFC 9110 §5.4 and §15.5.1). */
function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
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

function sendAway(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const { ws } = connection;
    ws.once("close", () => resolve());
    // Who is being closed already has been told why; the answer may never come.
    if (ws.readyState !== WebSocket.OPEN) return ws.terminate();
    close(connection, {
      code: closeCodes.reconnect,
      reason: "The server is shutting down: reconnect at once",
    });
  });
}
