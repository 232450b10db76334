import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import net, { type AddressInfo } from "node:net";
import { once } from "node:events";
import tls from "node:tls";
import { readInPieces } from "./pieces.ts";
import { startProcess } from "./testing/process.ts";
import { startTestServer, type TestServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

const UPGRADE = "GET /app/app-key?protocol=7 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n" +
  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

/** An unread ping, with a mask of zero. */
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
const PING_EVENT = Buffer.concat([
  Buffer.from([0x81, 0x80 | 23, 0, 0, 0, 0]),
  Buffer.from('{"event":"pusher:ping"}'),
]);

/** Counts turns of this thread's event loop until it is stopped. */
function turns() {
  let now = 0;
  let timer = setImmediate(function next() {
    now += 1;
    timer = setImmediate(next);
  });
  return { now: () => now, stop: () => clearImmediate(timer) };
}

/** The most that happened in one turn. */
function mostInOne(happened: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const turn of happened) counts.set(turn, (counts.get(turn) ?? 0) + 1);
  return Math.max(...counts.values());
}

function connect(port: number): net.Socket {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  return socket;
}

const closed = (socket: net.Socket) => new Promise((resolve) => socket.once("close", resolve));

/** What is answered to these bytes until the line is closed. */
async function answerTo(server: TestServer, bytes: string): Promise<string> {
  const socket = connect(server.running.port);
  let answer = "";
  socket.on("data", (chunk) => answer += chunk);
  socket.write(bytes);
  await closed(socket);
  return answer;
}

describe("one connection that says very much", () => {
  it("has a few messages heard in each turn, and the others one as well (P-330)", async () => {
    const clock = turns();
    const heard: number[] = [];
    const server = await startTestServer({}, {}, {
      messageReceived: () => heard.push(clock.now()),
    });
    const socket = connect(server.running.port);
    socket.resume();
    socket.write(UPGRADE);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write(Buffer.concat(Array(2000).fill(PING_EVENT)));
    while (heard.length < 2000) await new Promise((resolve) => setImmediate(resolve));
    assertLess(mostInOne(heard), 10);
    clock.stop();
    socket.destroy();
    await server.stop();
  });

  it("delays nobody for longer than a fraction of the time that it takes", async () => {
    const server = await startProcess([], { REVERB_SERVER_LOG_LEVEL: "error" });
    const other = openSocket(server.url);
    await other.established();
    let answered = () => {};
    other.ws.on("pong", () => answered());
    const flood = connect(server.listening.port);
    flood.write(UPGRADE);
    await new Promise((resolve) => flood.once("data", resolve));
    const pings = 100_000;
    let bytes = 0;
    flood.on("data", (chunk) => bytes += chunk.length);

    const startedAt = performance.now();
    flood.write(Buffer.concat(Array(pings).fill(PING)));
    let longest = 0;
    while (bytes < 2 * pings) {
      const askedAt = performance.now();
      await new Promise<void>((resolve) => {
        answered = resolve;
        other.ws.ping();
      });
      longest = Math.max(longest, performance.now() - askedAt);
    }
    // Heard before any other, it would be most of that time.
    assertLess(longest / (performance.now() - startedAt), 1 / 4);
    flood.destroy();
    other.ws.terminate();
    server.kill("SIGTERM");
    await server.ended;
  });
});

const pem = (name: string) =>
  Deno.readTextFileSync(new URL(`testing/tls/${name}.pem`, import.meta.url));
const dialSecurely = (port: number) =>
  tls.connect({ port, host: "127.0.0.1", ca: pem("authority") });

describe("one connection that pipelines requests", () => {
  const kinds = {
    "HTTP": {
      http: () => createServer(),
      event: "connection",
      dial: (port: number) => connect(port),
    },
    "HTTPS": {
      http: () => createTlsServer({ cert: pem("server.cert"), key: pem("server.key") }),
      event: "secureConnection",
      dial: dialSecurely,
    },
  } as const;
  for (const [name, kind] of Object.entries(kinds)) {
    it(`has a piece of them parsed in each turn, in their order (${name})`, async () => {
      const clock = turns();
      const parsed: number[] = [];
      const urls: string[] = [];
      const http = kind.http();
      http.on("request", (request, response) => {
        parsed.push(clock.now());
        urls.push(request.url ?? "");
        response.end();
      });
      readInPieces(http, kind.event);
      await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
      const socket = kind.dial((http.address() as AddressInfo).port); // A TCP server that listens has one.
      socket.resume();
      const asked = Array.from({ length: 1000 }, (_, n) => `/${n}`);
      socket.write(asked.map((url) => `GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""));
      while (urls.length < asked.length) await new Promise((resolve) => setImmediate(resolve));
      assertEquals(urls, asked);
      assertLess(mostInOne(parsed), 100);
      clock.stop();
      socket.destroy();
      http.close();
    });
  }

  it("is let go where it waits for none of its answers", async () => {
    const server = await startTestServer();
    const socket = connect(server.running.port);
    socket.resume();
    socket.write("GET /up HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20_000));
    await closed(socket);
    const witness = await server.connect();
    await witness.settled();
    await server.stop();
  });

  it("may upgrade with its first messages right behind, however many", async () => {
    const server = await startTestServer();
    const socket = connect(server.running.port);
    const bytes = Buffer.concat([Buffer.from(UPGRADE), ...Array(500).fill(PING_EVENT)]);
    socket.write(bytes);
    let answers = "";
    while (answers.split("pusher:pong").length <= 500) {
      answers += await new Promise((resolve) =>
        socket.once("data", (chunk) => resolve(`${chunk}`))
      );
    }
    assert(answers.startsWith("HTTP/1.1 101"));
    socket.destroy();
    await server.stop();
  });
});

describe("a request that cannot be read", () => {
  const large = "x".repeat(100_000);
  const cases = [
    ["has headers that are too large", `GET /up HTTP/1.1\r\nHost: a\r\nX: ${large}\r\n\r\n`, "431"],
    ["has a path that is too long", `GET /${large} HTTP/1.1\r\nHost: a\r\n\r\n`, "431"],
    ["is no HTTP", "NONSENSE\r\n\r\n", "400"],
    [
      "has a length that is no number",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
      "400",
    ],
  ] as const;
  for (const [what, bytes, status] of cases) {
    it(`is answered with ${status} when it ${what}`, async () => {
      const server = await startTestServer();
      assertStringIncludes(await answerTo(server, bytes), `HTTP/1.1 ${status} `);
      const witness = await server.connect();
      await witness.settled();
      await server.stop();
    });
  }

  it("is answered though the rest of it still comes (HTTPS)", async () => {
    const server = await startTestServer({}, {
      tls: { cert: pem("server.cert"), key: pem("server.key") },
    });
    const socket = dialSecurely(server.running.port);
    await once(socket, "secureConnect");
    socket.pause();
    socket.write(`GET /up HTTP/1.1\r\nHost: a\r\nX: ${large}`);
    // It is refused by now, and the answer read by nobody yet.
    for (let piece = 0; piece < 20; piece++) {
      await new Promise((resolve) => socket.write(large, resolve));
    }
    const answer = new Promise<string>((resolve, reject) => {
      socket.once("data", (chunk) => resolve(`${chunk}`)).once("error", reject)
        .once("close", () => reject(new Error("closed without an answer")));
    });
    socket.resume();
    assertStringIncludes(await answer, "HTTP/1.1 431 ");
    socket.destroy();
    await server.stop();
  });
});
