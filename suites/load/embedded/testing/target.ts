/**
 * The least that a server of the protocol can do, for tests of the load engine: it accepts the
 * upgrade and the subscription, and writes each event that is published to every subscriber of its
 * channel. It judges nothing, and does wrong what a test tells it to.
 */
import http from "node:http";
import type { Duplex } from "node:stream";
import { Buffer } from "node:buffer";
import { acceptUpgrade } from "../../testing/accept.ts";
import { clientTexts } from "../../testing/client_texts.ts";

/** Done to one frame for one subscriber; what is held comes behind the next. */
export type Fault = "lose" | "repeat" | "hold";

export interface Behaviour {
  /** Keeps an event from being broadcast until it resolves; others are not kept. */
  readonly hold?: (data: string) => Promise<void>;
  /** Told of each event, after each subscriber it was written to. */
  readonly wrote?: (data: string) => void;
  /** What the HTTP API answers before it broadcasts; anything but 200 is not broadcast. */
  readonly answer?: (event: number) => number | Promise<number>;
  /** Events and a channel's subscribers are numbered from 0 in the order they came. */
  readonly fault?: (event: number, subscriber: number, data: string) => Fault | undefined;
  /** Raw bytes that are sent to a client once it has subscribed. */
  readonly greeting?: () => Uint8Array;
}

export interface Target {
  readonly websocket: string;
  readonly api: string;
  /** Dies: no close frame, no warning. */
  close(): void;
}

interface Subscriber {
  readonly socket: Duplex;
  held: Buffer | undefined;
}

export async function serve(behaviour: Behaviour): Promise<Target> {
  const channels = new Map<string, Subscriber[]>();
  const sockets = new Set<Duplex>();
  let events = 0;

  async function publish(body: string): Promise<number> {
    const { name, data, channels: to } = JSON.parse(body);
    await behaviour.hold?.(data);
    const event = events++;
    const status = await behaviour.answer?.(event) ?? 200;
    if (status !== 200) return status;
    for (const channel of to) {
      const frame = serverFrame(JSON.stringify({ event: name, channel, data }));
      for (const [number, subscriber] of (channels.get(channel) ?? []).entries()) {
        write(subscriber, frame, behaviour.fault?.(event, number, data));
        behaviour.wrote?.(data);
      }
    }
    return status;
  }

  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", async () => {
      response.statusCode = await publish(Buffer.concat(parts).toString());
      response.end("{}");
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // clients that go are nobody's concern
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket) => {
    acceptUpgrade(request, socket);
    const tell = (event: string, data: unknown, channel?: string) =>
      socket.write(serverFrame(JSON.stringify({ event, channel, data: JSON.stringify(data) })));
    tell("pusher:connection_established", { socket_id: "1.1", activity_timeout: 120 });
    const subscriber: Subscriber = { socket, held: undefined };
    const read = clientTexts();
    socket.on("data", (bytes: Buffer) => {
      for (const text of read(bytes)) {
        const { event, data } = JSON.parse(text);
        if (event !== "pusher:subscribe") continue;
        const { channel } = data;
        channels.set(channel, [...channels.get(channel) ?? [], subscriber]);
        tell("pusher_internal:subscription_succeeded", {}, channel);
        if (behaviour.greeting) socket.write(behaviour.greeting());
      }
    });
    socket.on("close", () => {
      for (const [channel, subscribers] of channels) {
        channels.set(channel, subscribers.filter((other) => other !== subscriber));
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    websocket: `ws://127.0.0.1:${port}`,
    api: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function write(subscriber: Subscriber, frame: Buffer, fault: Fault | undefined): void {
  if (fault === "lose") return;
  if (fault === "hold") {
    subscriber.held = frame;
    return;
  }
  subscriber.socket.write(frame);
  if (fault === "repeat") subscriber.socket.write(frame);
  if (subscriber.held) subscriber.socket.write(subscriber.held);
  subscriber.held = undefined;
}

/** One text frame of a server. */
export function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length <= 125
    ? Buffer.from([0x81, payload.length])
    : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}
