/**
 * A proxy between Plumbline and a target that is right, which breaks on purpose what passes through
 * it, so that every check can be seen to fail. Without breaks it is not to be noticed.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Break } from "./break.ts";
import { type Head, header, readHead } from "../wire/http_message.ts";
import { relay, untilBothEnd } from "./relay.ts";
import { createRuleBook, type RuleBook } from "./rule_book.ts";
import { ConnectionLost, type Stream, streamOf } from "../wire/byte_stream.ts";
import { serveWebSocket } from "./upgrade.ts";
import { sendSignedWebhook } from "./webhook.ts";
import type { App, Line, World } from "./world.ts";

/** Where something listens, in the clear. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where the target listens. Path prefixes pass through, and need not be known. */
export interface Upstream {
  readonly websocket: Address;
  readonly api: Address;
}

export interface ProxyOptions {
  /** A promise where the target is not up yet: it may have to be told the `webhookUrl`. */
  readonly upstream: Upstream | Promise<Upstream>;
  /** With their secrets, so that a break can sign what no client could have signed. */
  readonly apps: readonly App[];
  readonly breaks: readonly Break[];
  /** Where the target's webhooks go on to; the target is told the proxy's `webhookUrl`. */
  readonly forwardWebhooksTo?: URL;
}

/** It listens for both WebSockets and the HTTP API at its own address. */
export interface Proxy extends Address {
  /** Present when webhooks pass through. */
  readonly webhookUrl?: URL;
  /** How often each break in force has acted, by name. */
  readonly acted: ReadonlyMap<string, number>;
  /** What went wrong in the proxy itself; empty unless a break is faulty. */
  readonly faults: readonly Error[];
  /** Whether a break has imitated a crash, and nobody has revived the server since. */
  readonly down: boolean;
  /** Brings the server back up after an imitated crash. */
  revive(): void;
  /** Puts other breaks in force. Every connection is reset, and all they have told is forgotten. */
  use(breaks: readonly Break[]): void;
  close(): Promise<void>;
}

/** The breaks in force, and what has passed since they are. */
interface Regime {
  readonly world: World;
  readonly rules: RuleBook;
  readonly acted: ReadonlyMap<string, number>;
  readonly faults: readonly Error[];
  /** Serves a connection to the target's front door. */
  serve(client: Stream, dial: (where: "websocket" | "api") => Promise<Stream>): Promise<void>;
}

/** Listens on free loopback ports. Rejects when it cannot listen. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const forwardTo = options.forwardWebhooksTo;
  const sockets = new Set<Socket>();
  let down = false;

  const resetAll = () => sockets.forEach((socket) => void socket.resetAndDestroy());
  const begin = (breaks: readonly Break[]) =>
    createRegime(breaks, options, () => {
      down = true;
      resetAll();
    });
  let regime = begin(options.breaks);

  const dial = async (where: "websocket" | "api") =>
    await dialTcp((await options.upstream)[where], sockets);
  const accept = (handle: (client: Stream) => Promise<void>) => (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const client = streamOf(socket);
    if (down) return client.reset();
    // Whoever hangs up or cannot be reached ends this connection, as it would without a proxy.
    handle(client).catch(() => client.reset());
  };
  const front = await listen(accept((client) => regime.serve(client, dial)));
  const back = forwardTo && await listen(accept(async (client) => {
    const { rules, world } = regime;
    const head = await readHead(client);
    if (head === undefined) return client.end();
    const { hostname: host, port } = forwardTo;
    const connect = () => dialTcp({ host, port: Number(port) || 80 }, sockets);
    await relay(client, head, { kind: "webhook", rules, world, connect });
  }));

  return {
    ...addressOf(front),
    ...(forwardTo && back && { webhookUrl: reachedAt(forwardTo, addressOf(back)) }),
    get acted() {
      return regime.acted;
    },
    get faults() {
      return regime.faults;
    },
    get down() {
      return down;
    },
    revive: () => void (down = false),
    use(breaks) {
      regime = begin(breaks);
      down = false;
      resetAll();
    },
    async close() {
      const closing = [front, back].map((server) => server && closed(server));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closing);
    },
  };
}

function createRegime(
  breaks: readonly Break[],
  { apps, forwardWebhooksTo }: ProxyOptions,
  crash: () => void,
): Regime {
  const acted = new Map<string, number>();
  const faults: Error[] = [];
  const lines = new Set<Line>();
  const rules = createRuleBook(breaks, acted, faults);
  let anyEnded = false;

  const world: World = {
    apps,
    lines,
    latest: new Map(),
    crash,
    get anyEnded() {
      return anyEnded;
    },
    async sendWebhook(app, events) {
      if (forwardWebhooksTo) await sendSignedWebhook(forwardWebhooksTo, app, events);
    },
  };
  const onEnd = () => anyEnded = true;

  return {
    world,
    rules,
    acted,
    faults,
    async serve(client, dial) {
      const head = await readHead(client);
      if (head === undefined) return await untilBothEnd(client, await dial("api"));
      if (isUpgrade(head)) {
        const connect = () => dial("websocket");
        return await serveWebSocket(client, head, connect, rules, { world, lines, onEnd });
      }
      await relay(client, head, { kind: "request", rules, world, connect: () => dial("api") });
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

function dialTcp({ host, port }: Address, sockets: Set<Socket>): Promise<Stream> {
  const socket = connect({ host, port, allowHalfOpen: true });
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

function addressOf(server: Server): Address {
  // A TCP server that listens has an address and a port.
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

/** The proxy's own address for what is at `url`. */
function reachedAt(url: URL, { host, port }: Address): URL {
  return new URL(`${url.pathname}${url.search}`, `http://${host}:${port}`);
}
