/**
 * A proxy between Plumbline and a target that is right, which breaks on purpose what passes through
 * it, so that every check can be seen to fail. Without breaks it is not to be noticed.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Break } from "./break.ts";
import { type Head, header, readHead } from "./http.ts";
import { relay, untilBothEnd } from "./relay.ts";
import { createRuleBook } from "./rule_book.ts";
import { ConnectionLost, type Stream, streamOf } from "./stream.ts";
import { serveWebSocket } from "./upgrade.ts";
import { sendSignedWebhook } from "./webhook.ts";
import type { App, Line, World } from "./world.ts";

export interface ProxyOptions {
  /** Where the target listens: `ws:` and `http:` origins, with a path prefix if it has one. */
  readonly upstream: { readonly websocket: URL; readonly api: URL };
  /** With their secrets, so that a break can sign what no client could have signed. */
  readonly apps: readonly App[];
  readonly breaks: readonly Break[];
  /** Where the target's webhooks go on to; the target is told the proxy's `webhooks` address. */
  readonly webhooks?: { readonly forwardTo: URL };
}

export interface Proxy {
  readonly websocket: URL;
  readonly api: URL;
  /** Present when webhooks pass through. */
  readonly webhooks?: URL;
  /** How often each break has acted, by name. */
  readonly acted: ReadonlyMap<string, number>;
  /** What went wrong in the proxy itself; empty unless a break is faulty. */
  readonly faults: readonly Error[];
  close(): Promise<void>;
}

/** Listens on free loopback ports. Rejects when it cannot listen. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const acted = new Map<string, number>();
  const faults: Error[] = [];
  const sockets = new Set<Socket>();
  const lines = new Set<Line>();
  let downUntil = 0;
  let anyEnded = false;

  const world: World = {
    apps: options.apps,
    lines,
    latest: new Map(),
    crash(ms) {
      downUntil = performance.now() + ms;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    get anyEnded() {
      return anyEnded;
    },
    async sendWebhook(app, events) {
      if (options.webhooks !== undefined) {
        await sendSignedWebhook(options.webhooks.forwardTo, app, events);
      }
    },
  };
  const rules = createRuleBook(options.breaks, acted, faults);

  const dial = (url: URL) => dialTcp(url, sockets);
  const serve = async (client: Stream) => {
    const head = await readHead(client);
    if (head === undefined) return await untilBothEnd(client, await dial(options.upstream.api));
    if (!isUpgrade(head)) {
      const connect = () => dial(options.upstream.api);
      return await relay(client, head, { kind: "request", rules, world, connect });
    }
    const connect = () => dial(options.upstream.websocket);
    await serveWebSocket(client, head, connect, rules, {
      world,
      lines,
      onEnd: () => anyEnded = true,
    });
  };
  const serveWebhook = async (client: Stream, forwardTo: URL) => {
    const head = await readHead(client);
    if (head === undefined) return client.end();
    await relay(client, head, { kind: "webhook", rules, world, connect: () => dial(forwardTo) });
  };

  const accept = (handle: (client: Stream) => Promise<void>) => (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const client = streamOf(socket);
    if (performance.now() < downUntil) return client.reset();
    // Whoever hangs up or cannot be reached ends this connection, as it would without a proxy.
    handle(client).catch(() => client.reset());
  };
  const front = await listen(accept(serve));
  const forwardTo = options.webhooks?.forwardTo;
  const back = forwardTo && await listen(accept((client) => serveWebhook(client, forwardTo)));

  return {
    websocket: reachedAt(options.upstream.websocket, front),
    api: reachedAt(options.upstream.api, front),
    ...(forwardTo && back && { webhooks: reachedAt(forwardTo, back) }),
    acted,
    faults,
    async close() {
      const closing = [front, back].map((server) => server && closed(server));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closing);
    },
  };
}

function isUpgrade({ headers }: Head): boolean {
  return header(headers, "upgrade")?.toLowerCase() === "websocket";
}

function listen(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function dialTcp(url: URL, sockets: Set<Socket>): Promise<Stream> {
  const port = Number(url.port) || 80;
  const socket = connect({ host: url.hostname, port, allowHalfOpen: true });
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  const stream = streamOf(socket);
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(stream));
    socket.once("error", ({ message }) => reject(new ConnectionLost(message)));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The proxy's own address for what the target has at `url`. */
function reachedAt(url: URL, server: Server): URL {
  const reached = new URL(url);
  // A TCP server that listens has an address and a port.
  reached.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return reached;
}
