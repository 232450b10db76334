import { assertEquals, assertRejects } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import Pusher from "pusher";
import { startTestServer, type TestServer } from "./server/testing/server.ts";
import type { TestSocket } from "./server/testing/socket.ts";

type Answer = Awaited<ReturnType<Pusher["get"]>>;

/** An accepted request's answer; the library rejects every other. */
async function json(answer: Promise<Answer>): Promise<unknown> {
  return await (await answer).json();
}

describe("the official server library drives every endpoint", () => {
  let server: TestServer;
  let api: Pusher;
  let ana: TestSocket;
  beforeEach(async () => {
    server = await startTestServer();
    api = server.api;
    ana = await server.connect();
  });
  afterEach(() => server.stop());

  /** Signs the socket in as ana, with what the library made of her id. */
  async function signIn(socket: TestSocket): Promise<void> {
    const data = api.authenticateUser(socket.socketId, { id: "ana" });
    socket.send({ event: "pusher:signin", data });
    await socket.next("pusher:signin_success");
  }

  it("POST /events: to one channel, to several, and past a socket", async () => {
    const bob = await server.connect();
    ana.subscribe("orders");
    bob.subscribe("orders");
    await server.enter(bob, "private-orders");
    assertEquals(await json(api.trigger("orders", "placed", { id: 1 })), {});
    assertEquals((await ana.next("placed")).data, '{"id":1}');

    const except = { socket_id: ana.socketId };
    await api.trigger(["orders", "private-orders"], "shipped", "{}", except);
    assertEquals((await bob.next("shipped")).channel, "orders");
    assertEquals((await bob.next("shipped")).channel, "private-orders");
    assertEquals((await ana.settled()).some(({ event }) => event === "shipped"), false);
  });

  it("POST /events: with info", async () => {
    await server.enter(ana, "presence-room", { user_id: "ana" });
    const info = { info: "user_count" };
    assertEquals(await json(api.trigger(["presence-room", "orders"], "placed", {}, info)), {
      channels: { "presence-room": { user_count: 1 }, "orders": {} },
    });
  });

  it("POST /batch_events", async () => {
    ana.subscribe("orders");
    const batch = [
      { channel: "orders", name: "placed", data: { id: 1 } },
      { channel: "orders", name: "shipped", data: { id: 1 } },
    ];
    assertEquals(await json(api.triggerBatch(batch)), {});
    await ana.next("placed");
    await ana.next("shipped");
  });

  it("GET /channels", async () => {
    await server.enter(ana, "presence-room", { user_id: "ana" });
    const params = { filter_by_prefix: "presence-", info: "user_count" };
    assertEquals(await json(api.get({ path: "/channels", params })), {
      channels: { "presence-room": { user_count: 1 } },
    });
  });

  it("GET /channels/{channel}, with every character a name may have", async () => {
    const channel = "private-AZ_az-09=@,.;";
    await server.enter(ana, channel);
    assertEquals(await json(api.get({ path: `/channels/${channel}` })), { occupied: true });
  });

  it("GET /channels/{channel}/users", async () => {
    await server.enter(ana, "presence-room", { user_id: "ana" });
    assertEquals(await json(api.get({ path: "/channels/presence-room/users" })), {
      users: [{ id: "ana" }],
    });
  });

  it("GET /connections", async () => {
    assertEquals(await json(api.get({ path: "/connections" })), { connections: 1 });
  });

  it("events to a user", async () => {
    await signIn(ana);
    ana.subscribe("#server-to-user-ana");
    await ana.next("pusher_internal:subscription_succeeded");
    await api.sendToUser("ana", "outbid", { amount: 2 });
    assertEquals((await ana.next("outbid")).data, '{"amount":2}');
  });

  it("POST /users/{user}/terminate_connections", async () => {
    await signIn(ana);
    assertEquals(await json(api.terminateUserConnections("ana")), {});
    assertEquals((await ana.closed).code, 4009);
  });

  it("and is told why when a request is refused", async () => {
    const refusal = await assertRejects(
      () => api.get({ path: "/channels/orders/users" }),
      Pusher.RequestError,
    );
    assertEquals(refusal.status, 400);
    assertEquals(refusal.body, '{"error":"Only presence channels have users"}');
  });
});
