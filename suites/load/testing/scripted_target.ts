/**
 * A target that does what a script says, event by event and subscriber by subscriber, and counts what
 * it did: the truth that a load has to report. It signs nothing and refuses nobody by itself, so it
 * also passes the probe before a load.
 */
import { Buffer } from "node:buffer";
import http from "node:http";
import type { Duplex } from "node:stream";
import { serverFrame } from "../embedded/testing/target.ts";
import { acceptUpgrade } from "./accept.ts";
import { clientTexts } from "./client_texts.ts";

/** What becomes of one event for one subscriber: when it comes, and how many times. */
export interface Fate {
  readonly afterMs?: number;
  /** 0 is lost; 1 without it. */
  readonly times?: number;
}

/** What the API says to an event, and when. */
export interface Answer {
  readonly afterMs?: number;
  /** 200 without it, and nobody receives what has another; "none" ends the connection without an answer. */
  readonly status?: number | "none";
}

/** Events are numbered from 0 in the order they came, client events and others apart. */
export interface Script {
  /** Before the greeting, a subscription's answer, and a signature. */
  readonly greetMs?: number;
  readonly subscribeMs?: number;
  readonly signMs?: number;
  readonly answer?: (event: number, name: string) => Answer;
  readonly fate?: (event: number, subscriber: number, name: string) => Fate;
  readonly whisper?: (event: number, subscriber: number) => Fate;
  /** Sends an event to a client that has not subscribed, too. */
  readonly leaks?: (event: number) => boolean;
  /** Dies when so many clients have subscribed to what is no probe's channel. */
  readonly diesAt?: number;
  /** Closes whoever subscribes to what is no probe's channel, with 4100 and these words. */
  readonly turnsAway?: string;
}

/** What was done, in the words of a load's counts; what came after `lateMs` was late. */
export interface Truth {
  expected: number;
  delivered: number;
  lost: number;
  late: number;
  duplicated: number;
  accepted: number;
  refused: number;
  unanswered: number;
}

export interface ScriptedTarget {
  readonly port: number;
  readonly websocket: string;
  readonly api: string;
  readonly truth: Readonly<Truth>;
  close(): void;
}

/** Where signatures are asked for. */
export const SIGN_PATH = "/sign";

interface Client {
  readonly socket: Duplex;
  readonly channels: Set<string>;
}

/** Serves at a free port, or at this one. `lateMs` is the settling time of the load that is going to come. */
export async function serveScript(
  script: Script,
  lateMs = Infinity,
  listenAt = 0,
): Promise<ScriptedTarget> {
  const clients = new Set<Client>();
  const sockets = new Set<Duplex>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const truth: Truth = {
    expected: 0,
    delivered: 0,
    lost: 0,
    late: 0,
    duplicated: 0,
    accepted: 0,
    refused: 0,
    unanswered: 0,
  };
  let events = 0, whispers = 0, subscriptions = 0;

  const later = (ms: number | undefined, act: () => void) => {
    if (!ms) return act();
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const die = () => {
    for (const timer of timers) clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  };

  const deliver = (client: Client, frame: Buffer, { afterMs = 0, times = 1 }: Fate) => {
    truth.expected++;
    if (times === 0) truth.lost++;
    else if (afterMs > lateMs) truth.late++;
    else truth.delivered++;
    truth.duplicated += Math.max(0, times - 1);
    later(afterMs, () => {
      for (let sent = 0; sent < times; sent++) client.socket.write(frame);
    });
  };
  const membersOf = (channel: string) =>
    [...clients].filter(({ channels }) => channels.has(channel));

  function publish(body: string): Answer {
    const { name, data, channel, channels = [channel] } = JSON.parse(body);
    if (name === "probe") return {}; // no event of the load
    const event = events++;
    const answer = script.answer?.(event, name) ?? {};
    const { status = 200 } = answer;
    truth[status === 200 ? "accepted" : status === "none" ? "unanswered" : "refused"]++;
    if (status !== 200 && status !== "none") return answer;
    for (const to of channels) {
      const frame = serverFrame(JSON.stringify({ event: name, channel: to, data }));
      for (const [number, member] of membersOf(to).entries()) {
        deliver(member, frame, script.fate?.(event, number, name) ?? {});
      }
      if (!script.leaks?.(event)) continue;
      [...clients].find(({ channels }) => !channels.has(to))?.socket.write(frame);
    }
    return answer;
  }

  function heard(client: Client, text: string): void {
    const { event, data, channel } = JSON.parse(text);
    if (event === "pusher:subscribe") {
      const isProbe = /probe/.test(data.channel);
      return later(script.subscribeMs, () => {
        if (!isProbe && script.turnsAway !== undefined) {
          client.socket.end(closeFrame(4100, script.turnsAway));
          return;
        }
        if (!isProbe && ++subscriptions > (script.diesAt ?? Infinity)) return die();
        client.channels.add(data.channel);
        tell(client, "pusher_internal:subscription_succeeded", {}, data.channel);
      });
    }
    if (event === "pusher:ping") return tell(client, "pusher:pong", {});
    if (!event.startsWith("client-")) return;
    const number = whispers++;
    truth.accepted++;
    const frame = serverFrame(JSON.stringify({ event, channel, data }));
    for (const [n, other] of membersOf(channel).filter((other) => other !== client).entries()) {
      deliver(other, frame, script.whisper?.(number, n) ?? {});
    }
  }

  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    const reply = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.url === SIGN_PATH) {
        return later(script.signMs, () => reply({ auth: "app-key:signed" }));
      }
      if (request.method === "GET") return reply({ channels: {} });
      const { status = 200, afterMs } = publish(Buffer.concat(parts).toString());
      later(afterMs, () => status === "none" ? request.socket.destroy() : reply({}, status));
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // clients that go are nobody's concern
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket) => {
    acceptUpgrade(request, socket);
    const client: Client = { socket, channels: new Set() };
    clients.add(client);
    const read = clientTexts();
    socket.on("data", (bytes: Buffer) => {
      for (const text of read(bytes)) heard(client, text);
    });
    // Who has hung up is nobody's member any more, though the socket closes only with the next write.
    socket.on("end", () => clients.delete(client) && socket.end());
    socket.on("close", () => clients.delete(client));
    const greeting = { socket_id: "1.1", activity_timeout: 120 };
    later(script.greetMs, () => tell(client, "pusher:connection_established", greeting));
  });
  await new Promise<void>((resolve) => void server.listen(listenAt, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    websocket: `ws://127.0.0.1:${port}`,
    api: `http://127.0.0.1:${port}`,
    truth,
    close: die,
  };
}

function closeFrame(code: number, reason: string): Buffer {
  const words = Buffer.from(reason);
  return Buffer.concat([Buffer.from([0x88, 2 + words.length, code >> 8, code & 0xff]), words]);
}

function tell({ socket }: Client, event: string, data: unknown, channel?: string): void {
  socket.write(serverFrame(JSON.stringify({ event, channel, data: JSON.stringify(data) })));
}
