import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { type Client, createClient } from "../client/client.ts";
import { type EvidenceLog, openRecorder } from "../record/evidence_log.ts";
import { openBridge } from "./bridge.ts";

const app = { name: "main", id: "1", key: "key", secret: "secret", settings: {} };

interface Setting {
  readonly server: WebSocketServer;
  readonly library: WebSocket;
  readonly client: Client;
  readonly log: EvidenceLog;
}

/** A library connected over a bridge to a server that says `hello` first. */
async function bridged(test: (setting: Setting) => Promise<void>): Promise<void> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => socket.send("hello"));
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  const log = openRecorder(() => {}).log("test/bridge");
  const client = createClient("ana", app, log, {});
  const bridge = await openBridge(client, `ws://127.0.0.1:${port}/prefix`);
  const library = new WebSocket(`ws://127.0.0.1:${bridge.port}/app/key?protocol=7`);
  try {
    assertEquals(String(await next(library, "message")), "hello");
    await test({ server, library, client, log });
  } finally {
    bridge.close();
    client.release();
    library.terminate();
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
}

const next = (emitter: WebSocket, event: string) =>
  new Promise<unknown>((resolve) => emitter.once(event, resolve));

describe("the bridge between a library and the target", () => {
  it("dials the target with the library's own path and query, and records it", () =>
    bridged(({ log }) => {
      const dial = log.events.find((event) => event.kind === "dial");
      const url = new URL(dial?.url ?? "");
      assertEquals(url.pathname + url.search, "/prefix/app/key?protocol=7");
      return Promise.resolve();
    }));

  it("passes messages on in both directions, and leaves pings to the library", () =>
    bridged(async ({ server, library, log }) => {
      const [served] = server.clients;
      if (!served) throw new Error("the library is connected");
      const arrived = next(library, "message");
      const answered = next(served, "message");
      served.send('{"event":"pusher:ping"}');
      assertEquals(String(await arrived), '{"event":"pusher:ping"}');
      library.send("from the library");
      assertEquals(String(await answered), "from the library");
      const sent = log.events.flatMap((event) => event.kind === "sent" ? [event.text] : []);
      assertEquals(sent, ["from the library"]);
    }));

  it("closes the library's connection with the target's code", () =>
    bridged(async ({ server, library }) => {
      const closed = next(library, "close");
      for (const socket of server.clients) socket.close(4001, "no such app");
      assertEquals(await closed, 4001);
    }));

  it("ends the library's connection without a close frame when the line is reset", () =>
    bridged(async ({ library, client }) => {
      const closed = next(library, "close");
      client.line?.reset();
      assertEquals(await closed, 1006);
    }));

  it("closes the target's connection when the library closes its own", () =>
    bridged(async ({ server, library }) => {
      const [served] = server.clients;
      if (!served) throw new Error("the library is connected");
      const closed = next(served, "close");
      library.close(1000);
      assertEquals(await closed, 1000);
    }));
});
