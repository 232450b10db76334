import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import net from "node:net";
import { Buffer } from "node:buffer";
import { startTestServer, type TestServer, withServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

/** A TCP socket that has asked for, and got, an upgrade; frames are written by hand. */
async function upgraded(server: TestServer): Promise<net.Socket> {
  const { host, port } = server.running;
  const socket = net.connect(port, host);
  socket.write(
    "GET /app/app-key?protocol=7 HTTP/1.1\r\nHost: plumbline\r\nUpgrade: websocket\r\n" +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  let received = "";
  while (!received.includes("connection_established")) {
    received += await new Promise<string>((resolve) =>
      socket.once("data", (chunk) => resolve(chunk.toString("latin1")))
    );
  }
  return socket;
}

/** A masked client frame whose mask is zero, so that the payload reads as it is. */
function clientFrame(firstByte: number, payload: string | Uint8Array): Buffer {
  const body = Buffer.from(payload);
  return Buffer.concat([Buffer.from([firstByte, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

const TEXT = 0x01;
const CONTINUATION = 0x00;
const PING = 0x09;
const FINAL = 0x80;

describe("whatever one client sends", () => {
  it("a message may come in fragments with a ping between them (P-036, P-039)", () =>
    withServer({}, async (server) => {
      const socket = await upgraded(server);
      const received: Buffer[] = [];
      const answered = new Promise<void>((resolve) => {
        socket.on("data", (chunk: Buffer) => {
          received.push(chunk);
          if (Buffer.concat(received).includes("subscription_succeeded")) resolve();
        });
      });
      socket.write(clientFrame(TEXT, '{"event":"pusher:subs'));
      socket.write(clientFrame(PING | FINAL, "between"));
      socket.write(clientFrame(CONTINUATION, 'cribe","data":{"chan'));
      socket.write(clientFrame(CONTINUATION | FINAL, 'nel":"orders"}}'));
      await answered;
      assert(Buffer.concat(received).includes(Buffer.from("\x8a\x07between", "latin1")));
      socket.destroy();
    }));

  it("invalid UTF-8 ends its connection with 1007 and a reason (P-037, P-056)", () =>
    withServer({}, async (server) => {
      const witness = await server.connect();
      const socket = await upgraded(server);
      socket.write(clientFrame(TEXT | FINAL, new Uint8Array([0xff, 0xfe])));
      const close = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
      assertEquals([close[0], close.readUInt16BE(2)], [0x88, 1007]);
      assertGreater(close.length, 4);
      await witness.settled();
      socket.destroy();
    }));

  it("a message over the limit ends its connection with 1009 (P-215)", () =>
    withServer({ maxMessageBytes: 1000 }, async (server) => {
      const [witness, sender] = [await server.connect(), await server.connect()];
      sender.send("x".repeat(1001));
      const { code, reason } = await sender.closed;
      assertEquals(code, 1009);
      assertGreater(reason.length, 0);
      await witness.settled();
    }));

  it("a binary message is refused and not obeyed (P-025)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      socket.ws.send(Buffer.from('{"event":"pusher:subscribe","data":{"channel":"a"}}'));
      await socket.next("pusher:error");
      await socket.settled();
      const response = await server.api.get({ path: "/channels" });
      assertEquals(await response.json(), { channels: {} });
    }));

  it("nonsense gets an error each, and the connection goes on (P-031 to P-034)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      const nonsense = ["", "{", "null", "[]", "[".repeat(90_000), '{"event":"pusher:nope"}'];
      for (const text of nonsense) {
        socket.send(text);
        await socket.next("pusher:error");
      }
      socket.subscribe("orders");
      await socket.next("pusher_internal:subscription_succeeded");
    }));

  it("a thousand pings in one go are all answered (P-039)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      let pongs = 0;
      const all = new Promise<void>((resolve) => {
        socket.ws.on("pong", () => {
          pongs += 1;
          if (pongs === 1000) resolve();
        });
      });
      for (let index = 0; index < 1000; index++) socket.ws.ping(String(index));
      await all;
    }));

  it("a connection reset at any moment leaves nothing behind (P-309)", () =>
    withServer({}, async (server) => {
      const { host, port } = server.running;
      const witness = await server.connect();
      await server.enter(witness, "presence-room", { user_id: "w" });
      for (const words of ["", "GET /app/app-key?protocol=7 HTTP/1.1\r\nUpgr"]) {
        const socket = net.connect(port, host);
        await new Promise<void>((resolve) => socket.write(words, () => resolve()));
        socket.resetAndDestroy();
      }
      const user = await server.connect();
      await server.enter(user, "presence-room", { user_id: "ana" });
      user.subscribe("orders");
      user.ws.terminate();
      await witness.next("pusher_internal:member_removed");
      const response = await server.api.get({ path: "/connections" });
      assertEquals(await response.json(), { connections: 1 });
    }));
});

describe("more sockets than the server holds", () => {
  it("are reset, and there is room again when some have gone (P-308)", async () => {
    const server = await startTestServer({}, { maxSockets: 3 });
    try {
      const sockets = [await server.connect(), await server.connect(), await server.connect()];
      assertEquals((await openSocket(server.url()).closed).code, 1006);
      for (const socket of sockets) {
        socket.ws.close();
        await socket.closed;
      }
      await server.connect();
    } finally {
      await server.stop();
    }
  });
});

describe("a client that stops reading", () => {
  it("is cut off past the bound, and delays nobody (P-306)", () =>
    withServer({ maxBacklogBytes: 256 * 1024 }, async (server) => {
      const witness = await server.connect();
      witness.subscribe("flood");
      await witness.settled();
      const stalled = await upgraded(server);
      stalled.pause();
      stalled.write(
        clientFrame(TEXT | FINAL, '{"event":"pusher:subscribe","data":{"channel":"flood"}}'),
      );
      const subscriptions = async () => {
        const response = await server.api.get({ path: "/connections" });
        return (await response.json()).connections;
      };
      const data = "x".repeat(10_000);
      let published = 0;
      while (await subscriptions() === 2) {
        assertLess(published, 20_000, "the stalled client was never cut off");
        const batch = Array.from({ length: 10 }, () => ({ name: "drop", channel: "flood", data }));
        await server.api.triggerBatch(batch);
        published += batch.length;
      }
      while (witness.frames.filter(({ event }) => event === "drop").length < published) {
        await witness.settled();
      }
      stalled.destroy();
    }));
});
