/** What a hostile server does to a run, one table: the name of each attack, and how it is done. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { Buffer } from "node:buffer";
import { type Attack, pour, serverFrame } from "./hostile_target.ts";

const repeated = (one: Uint8Array, times: number) =>
  Buffer.concat(Array.from({ length: times }, () => one));
const MEBIBYTE = Buffer.alloc(1024 * 1024, "a");
const TINY = repeated(serverFrame("{}"), 10_000);
const PINGS = repeated(serverFrame("?", 0x89), 10_000);
const FRAGMENT = serverFrame(MEBIBYTE.subarray(0, 64 * 1024), 0x00);
const BOMB = gzipSync(Buffer.alloc(512 * 1024 * 1024), { level: 9 });
const DEFLATED = deflateRawSync(Buffer.alloc(512 * 1024 * 1024), {
  finishFlush: constants.Z_SYNC_FLUSH,
}).subarray(0, -4);

const drip = (line: Duplex, head: string) => {
  line.write(head);
  const timer = setInterval(() => line.write("a"), 50);
  line.on("close", () => clearInterval(timer));
};

/** Accepts an upgrade, with compression where it is offered. */
function accept(line: Duplex, { headers }: IncomingMessage): boolean {
  const accepted = createHash("sha1")
    .update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const compresses = headers["sec-websocket-extensions"]?.includes("permessage-deflate") ?? false;
  line.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      (compresses ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "") +
      `Sec-WebSocket-Accept: ${accepted.digest("base64")}\r\n\r\n`,
  );
  line.write(
    serverFrame(JSON.stringify({
      event: "pusher:connection_established",
      data: JSON.stringify({ socket_id: "1.1", activity_timeout: 120 }),
    })),
  );
  return compresses;
}

export const ATTACKS: Readonly<Record<string, Attack>> = {
  "a million tiny frames": {
    subscribed: (line) => void pour(line, TINY, 100),
  },
  "endless events": {
    subscribed: (line, channel) => {
      const text = JSON.stringify({ event: "endless", channel, data: "x".repeat(100) });
      void pour(line, repeated(serverFrame(text), 400));
    },
  },
  "endless pings": { subscribed: (line) => void pour(line, PINGS) },
  "frames of 100 MB": {
    subscribed: (line) => {
      const { length } = MEBIBYTE;
      const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(100 * length, 6);
      line.write(head);
      void pour(line, MEBIBYTE, 100);
    },
  },
  "frames of 10 MB, one after the other": {
    subscribed: (line) => void pour(line, serverFrame(repeated(MEBIBYTE, 10)), 100),
  },
  "fragments without end": {
    subscribed: (line) => {
      line.write(serverFrame("a", 0x01));
      void pour(line, FRAGMENT);
    },
  },
  "a body without end": {
    api: (line) => {
      line.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
      void pour(line, MEBIBYTE);
    },
  },
  "a refused upgrade with a body without end": {
    upgrade: (line) => {
      line.write("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n");
      void pour(line, MEBIBYTE);
    },
  },
  "headers without end": {
    api: (line) => {
      line.write("HTTP/1.1 200 OK\r\n");
      void pour(line, Buffer.from("X-Endless: 1\r\n".repeat(1000)));
    },
  },
  "an upgrade with headers without end": {
    upgrade: (line) => {
      line.write("HTTP/1.1 101 Switching Protocols\r\n");
      void pour(line, Buffer.from("X-Endless: 1\r\n".repeat(1000)));
    },
  },
  "gzip bombs": {
    api: (line) => {
      line.write(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`,
      );
      line.write(BOMB);
    },
  },
  "deflate bombs": {
    upgrade: (line, request) => {
      if (accept(line, request)) void pour(line, serverFrame(DEFLATED, 0xc1), 100);
    },
  },
  "a byte now and then": {
    api: (line) => drip(line, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
  },
  "connections that are never let go of": { holdsOn: true },
};
