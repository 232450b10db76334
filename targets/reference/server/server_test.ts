import { once } from "node:events";
import { connect } from "node:net";
import { assertEquals, assertMatch } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { startTestServer, type TestServer } from "./testing/server.ts";

describe("a running server", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer();
  });
  afterEach(() => server.stop());

  it("greets with a socket id and the activity timeout before anything else (P-008 to P-014)", async () => {
    const socket = await server.connect();
    assertEquals(socket.frames[0]?.event, "pusher:connection_established");
    assertMatch(socket.socketId, /^\d+\.\d+$/);
    assertEquals(JSON.parse(socket.frames[0]?.data ?? "").activity_timeout, 30);
  });

  it("greets in the same write that upgrades the line", async () => {
    const { host, port } = server.running;
    const line = connect({ host, port });
    line.write(
      `GET /app/app-key?protocol=7 HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\n` +
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    const [heard] = await once(line, "data");
    assertMatch(String(heard), /^HTTP\/1\.1 101 [^]*\r\n\r\n[^]*pusher:connection_established/);
    line.destroy();
  });

  it("delivers what the official library publishes, byte for byte (P-030)", async () => {
    const socket = await server.connect();
    socket.subscribe("orders");
    assertEquals((await socket.next("pusher_internal:subscription_succeeded")).data, "{}");
    const data = '{ "a" : 1e400, "a": "\u2028\\u0000 \u{1F600}" }';
    await server.api.trigger("orders", "OrderShipped", data);
    assertEquals(await socket.next("OrderShipped"), {
      event: "OrderShipped",
      channel: "orders",
      data,
    });
  });

  it("relays a whisper to the other members with the sender's user id (P-165 to P-167)", async () => {
    const [ana, eve] = [await server.connect(), await server.connect()];
    for (const [socket, userId] of [[ana, "ana"], [eve, "eve"]] as const) {
      const signed = server.api.authorizeChannel(socket.socketId, "presence-room", {
        user_id: userId,
      });
      socket.subscribe("presence-room", { ...signed });
      await socket.next("pusher_internal:subscription_succeeded");
    }
    assertEquals(JSON.parse((await ana.next("pusher_internal:member_added")).data ?? ""), {
      user_id: "eve",
      user_info: null,
    });
    ana.send({
      event: "client-typing",
      channel: "presence-room",
      data: { on: true },
      user_id: "eve",
      secret: 1,
    });
    assertEquals(await eve.next("client-typing"), {
      event: "client-typing",
      channel: "presence-room",
      data: '{"on":true}',
      user_id: "ana",
    });
    assertEquals((await ana.settled()).filter(({ event }) => event === "client-typing"), []);
  });

  it("lists occupied channels for a signed request only (P-216, P-263)", async () => {
    const socket = await server.connect();
    socket.subscribe("private-a@b,c;d=e.f", {
      ...server.api.authorizeChannel(socket.socketId, "private-a@b,c;d=e.f"),
    });
    await socket.next("pusher_internal:subscription_succeeded");
    const response = await server.api.get({
      path: "/channels",
      params: { filter_by_prefix: "private-a@b,c;d" },
    });
    assertEquals(await response.json(), { channels: { "private-a@b,c;d=e.f": {} } });
    const { host, port } = server.running;
    const unsigned = await fetch(`http://${host}:${port}/apps/app-id/channels`);
    assertEquals([unsigned.status, await unsigned.json()], [401, { error: "auth_key is missing" }]);
  });

  it("sends its clients away with 4200 when it stops (P-072)", async () => {
    const socket = await server.connect();
    await server.running.stop();
    assertEquals((await socket.closed).code, 4200);
  });
});
