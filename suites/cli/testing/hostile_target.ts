/**
 * A server that turns on whoever tests it: the reference server behind a relay that answers as it
 * does, so that a run goes on, and puts an attack beside or in the place of what it says.
 */
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import { Buffer } from "node:buffer";
import { baseUrl, type Target } from "../../../targets/target.ts";

/** What is done to those who connect. Whatever is absent is answered as the server answers it. */
export interface Attack {
  /** In the place of the answer to an upgrade, byte by byte as it is sent. */
  readonly upgrade?: (client: Duplex, request: http.IncomingMessage) => void;
  /** Beside a client's frames, once it is subscribed to `channel`; whole frames only. */
  readonly subscribed?: (client: Duplex, channel: string) => void;
  /** In the place of a whole frame of the server. */
  readonly frame?: (text: string) => string;
  /** In the place of what the HTTP API answers; `answer` is what the server said. */
  readonly api?: (client: Duplex, answer: Answer) => void;
  /** Never lets go of a connection that the other end has ended. */
  readonly holdsOn?: true;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface HostileTarget {
  /** Of its endpoint. */
  readonly port: number;
  close(): void;
}

/**
 * Puts `attack` before a server that runs. The first `spared` answers, upgrades and subscriptions are
 * as they should be, so that a run gets beyond its probe.
 */
export async function startHostileTarget(
  server: Target,
  attack: Attack,
  spared = 0,
): Promise<HostileTarget> {
  const lines = new Set<Duplex>();
  const spares = { api: spared, upgrade: spared, subscribed: spared };
  const isSpared = (what: keyof typeof spares) => spares[what]-- > 0;
  const keep = (line: Duplex) => {
    lines.add(line);
    line.on("error", () => {}); // who is attacked may hang up at any time
    line.on("close", () => lines.delete(line));
  };
  const upstream = new URL(baseUrl(server.api));
  const relay = http.createServer({ insecureHTTPParser: true }, (request, response) => {
    const { socket } = request;
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const call = http.request({
        host: upstream.hostname,
        port: upstream.port,
        method: request.method ?? "GET",
        path: request.url ?? "/",
        headers: { ...request.headers, host: upstream.host },
      }, (answer) => {
        const body: Buffer[] = [];
        answer.on("data", (part: Buffer) => body.push(part));
        answer.on("end", () => {
          const status = answer.statusCode ?? 502;
          if (attack.api && !isSpared("api")) {
            return attack.api(socket, {
              status,
              headers: answer.rawHeaders,
              body: Buffer.concat(body),
            });
          }
          response.writeHead(status, answer.headers);
          response.end(Buffer.concat(body));
        });
      });
      call.on("error", () => socket.destroy());
      call.end(Buffer.concat(parts));
    });
  });
  relay.on("connection", keep);
  relay.on("upgrade", (request: http.IncomingMessage, client: net.Socket, head: Buffer) => {
    if (attack.upgrade && !isSpared("upgrade")) return attack.upgrade(client, request);
    const line = net.connect({ host: upstream.hostname, port: Number(upstream.port) });
    keep(line);
    const headers = request.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : []
    );
    line.write([`GET ${request.url} HTTP/1.1`, ...headers, "", ""].join("\r\n"));
    line.write(head);
    client.pipe(line);
    if (!attack.holdsOn) line.on("close", () => client.destroy());
    relayFrames(line, client, attack, () => isSpared("subscribed"));
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const address = relay.address();
  return {
    port: typeof address === "object" ? address?.port ?? 0 : 0,
    close: () => {
      relay.close();
      for (const line of lines) line.destroy();
    },
  };
}

/** The target as a run is told to find it behind the relay. */
export function behind(server: Target, { port }: HostileTarget): Target {
  return {
    ...server,
    websocket: { ...server.websocket, host: "127.0.0.1", port },
    api: { ...server.api, host: "127.0.0.1", port },
  };
}

/** Passes on the answer to the upgrade, then whole frames, so that others fit between them. */
function relayFrames(
  server: net.Socket,
  client: Duplex,
  attack: Attack,
  isSpared: () => boolean,
): void {
  let rest = Buffer.alloc(0);
  let isOpen = false;
  server.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!isOpen) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      isOpen = true;
      client.write(rest.subarray(0, end + 4));
      rest = rest.subarray(end + 4);
    }
    for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
      rest = rest.subarray(frame.whole.length);
      const text = frame.payload.toString();
      const isText = ((frame.whole[0] ?? 0) & 0x0f) === 1;
      client.write(isText && attack.frame ? serverFrame(attack.frame(text)) : frame.whole);
      const joined = /^\{"event":"pusher_internal:subscription_succeeded".*"channel":"([^"]+)"/
        .exec(text)?.[1];
      if (joined !== undefined && attack.subscribed && !isSpared()) {
        attack.subscribed(client, joined);
      }
    }
  });
}

/** The first frame of a server's bytes, once it is whole; its length is 7 or 16 bits, or no more than 32. */
function firstFrame(
  bytes: Buffer,
): { readonly whole: Buffer; readonly payload: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const from = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < from) return undefined;
  const length = short === 126
    ? bytes.readUInt16BE(2)
    : short === 127
    ? bytes.readUInt32BE(6)
    : short;
  if (bytes.length < from + length) return undefined;
  return { whole: bytes.subarray(0, from + length), payload: bytes.subarray(from, from + length) };
}

/** One frame of a server; `first` is its first byte: a final text frame without more. */
export function serverFrame(payload: string | Uint8Array, first = 0x81): Buffer {
  const bytes = Buffer.from(payload);
  const { length } = bytes;
  const head = length < 126
    ? [first, length]
    : length < 65_536
    ? [first, 126, length >> 8, length & 0xff]
    : [
      first,
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 0xff,
      length >> 8 & 0xff,
      length & 0xff,
    ];
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Writes the same bytes again and again, as fast as they are taken, until the line has ended. */
export async function pour(line: Duplex, bytes: Uint8Array, times = Infinity): Promise<void> {
  for (let n = 0; n < times && !line.destroyed && line.writable; n++) {
    if (line.write(bytes)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        line.off("drain", go).off("close", go);
        resolve();
      };
      line.once("drain", go).once("close", go);
    });
  }
}
