import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { TestServer } from "../testing/server.ts";
import { startWebhookReceiver } from "../testing/webhook_receiver.ts";
import { request } from "../testing/request.ts";
import { type Settings, withNodes } from "./testing/cluster.ts";
import { type InstalledRedis, startRedis, withoutRedis } from "./testing/redis.ts";

const without = await withoutRedis();

type Pair = readonly [TestServer, TestServer];

const suite = without === false ? describe : describe.skip;

suite("two nodes through Redis", () => {
  let redis: InstalledRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());
  const pair = (settings: Settings, story: (pair: Pair) => Promise<void>) =>
    withNodes(redis, 2, settings, ([a, b]) => story([a!, b!])); // two were asked for

  it("tell members of both who is present, who comes and who goes (P-133)", () =>
    pair({}, async ([a, b]) => {
      const ana = await a.connect();
      const bob = await b.connect();
      await a.enter(ana, "presence-room", { user_id: "ana", user_info: { n: 1 } });
      const { data } = await b.enter(bob, "presence-room", { user_id: "bob" });
      assertEquals(JSON.parse(data ?? "").presence, {
        ids: ["ana", "bob"],
        hash: { ana: { n: 1 }, bob: null },
        count: 2,
      });
      const added = await ana.next("pusher_internal:member_added");
      assertEquals(JSON.parse(added.data ?? ""), { user_id: "bob", user_info: null });
      bob.ws.close();
      const removed = await ana.next("pusher_internal:member_removed");
      assertEquals(JSON.parse(removed.data ?? ""), { user_id: "bob" });
      assertEquals(
        await b.api.get({ path: "/channels/presence-room/users" }).then((r) => r.json()),
        {
          users: [{ id: "ana" }],
        },
      );
    }));

  it("know a user with tabs on both once (P-120, P-124)", () =>
    pair({}, async ([a, b]) => {
      const [witness, first, second] = [await a.connect(), await a.connect(), await b.connect()];
      await a.enter(witness, "presence-room", { user_id: "witness" });
      await a.enter(first, "presence-room", { user_id: "ana" });
      await b.enter(second, "presence-room", { user_id: "ana" });
      const { body } = await request(b, "GET", "/channels/presence-room", undefined, {
        query: { info: "user_count" },
      });
      assertEquals(body, { occupied: true, user_count: 2 });
      first.ws.close();
      await first.closed;
      await b.api.trigger("presence-room", "Fence", {});
      await witness.next("Fence");
      const names = () => witness.frames.map(({ event }) => event.split(":").at(-1));
      assertEquals(names(), [
        "connection_established",
        "subscription_succeeded",
        "member_added",
        "Fence",
      ]);
      second.ws.close();
      await witness.next("pusher_internal:member_removed");
    }));

  it("deliver events to all but the one that is left out, in order (P-292, P-298)", () =>
    pair({}, async ([a, b]) => {
      const sockets = [await a.connect(), await b.connect(), await b.connect()];
      for (const socket of sockets) {
        socket.subscribe("orders");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      const [first] = sockets;
      for (let n = 0; n < 50; n++) {
        await b.api.trigger("orders", "Shipped", { n }, { socket_id: first?.socketId ?? "" });
      }
      await a.api.trigger("orders", "Fence", {});
      await Promise.all(sockets.map((socket) => socket.next("Fence")));
      for (const socket of sockets) {
        const got = socket.frames.filter(({ event }) => event === "Shipped")
          .map(({ data }) => JSON.parse(data ?? "").n);
        assertEquals(got, socket === first ? [] : Array.from({ length: 50 }, (_, n) => n));
      }
    }));

  it("relay client events with who speaks (P-167)", () =>
    pair({}, async ([a, b]) => {
      const [ana, bob] = [await a.connect(), await b.connect()];
      await a.enter(ana, "presence-room", { user_id: "ana" });
      await b.enter(bob, "presence-room", { user_id: "bob" });
      ana.send({ event: "client-typing", channel: "presence-room", data: "{}" });
      assertEquals((await bob.next("client-typing")).user_id, "ana");
      assertEquals(ana.frames.filter(({ event }) => event === "client-typing"), []);
    }));

  it("share the last event of a cache channel, and give it once (P-147)", () =>
    pair({}, async ([a, b]) => {
      await a.api.trigger("cache-prices", "Price", { n: 1 });
      const bob = await b.connect();
      bob.subscribe("cache-prices");
      assertEquals((await bob.next("Price")).data, '{"n":1}');
      const { body } = await request(b, "GET", "/channels/cache-prices", undefined, {
        query: { info: "cache" },
      });
      assertEquals(body.cache.data, '{"n":1}');
      const ana = await a.connect();
      ana.subscribe("cache-none");
      await ana.next("pusher:cache_miss");
    }));

  it("count subscriptions together, and list channels together (P-176, P-274)", () =>
    pair({ subscriptionCount: true }, async ([a, b]) => {
      const [ana, bob] = [await a.connect(), await b.connect()];
      ana.subscribe("orders");
      await ana.next("pusher_internal:subscription_count");
      bob.subscribe("orders");
      await bob.next("pusher_internal:subscription_succeeded");
      const { data } = await ana.next("pusher_internal:subscription_count");
      assertEquals(JSON.parse(data ?? ""), { subscription_count: 2 });
      await b.enter(bob, "presence-room", { user_id: "bob" });
      const asked = await Promise.all([
        request(a, "GET", "/channels"),
        request(a, "GET", "/connections"),
        request(a, "GET", "/channels/orders", undefined, { query: { info: "subscription_count" } }),
        request(a, "GET", "/channels", undefined, {
          query: { filter_by_prefix: "presence-", info: "user_count" },
        }),
      ]);
      assertEquals(asked.map(({ body }) => body), [
        { channels: { "orders": {}, "presence-room": {} } },
        { connections: 2 },
        { occupied: true, subscription_count: 2 },
        { channels: { "presence-room": { user_count: 1 } } },
      ]);
      bob.send({ event: "pusher:unsubscribe", data: { channel: "orders" } });
      const less = await ana.next("pusher_internal:subscription_count");
      assertEquals(JSON.parse(less.data ?? ""), { subscription_count: 1 });
    }));

  it("know who is signed in, tell watchers, and end a user's connections (P-193, P-197)", () =>
    pair({}, async ([a, b]) => {
      const [ana, bob, tab] = [await a.connect(), await b.connect(), await a.connect()];
      const signIn = (server: TestServer, socket: typeof ana, id: string, watchlist: string[]) => {
        const signed = server.api.authenticateUser(socket.socketId, { id, watchlist });
        socket.send({ event: "pusher:signin", data: signed });
        return socket.next("pusher:signin_success");
      };
      const events = async (socket: typeof ana) =>
        JSON.parse((await socket.next("pusher_internal:watchlist_events")).data ?? "").events;
      await signIn(a, ana, "ana", ["bob"]);
      assertEquals(await events(ana), [{ name: "offline", user_ids: ["bob"] }]);
      await signIn(b, bob, "bob", ["ana"]);
      assertEquals(await events(bob), [{ name: "online", user_ids: ["ana"] }]);
      assertEquals(await events(ana), [{ name: "online", user_ids: ["bob"] }]);
      await signIn(a, tab, "bob", []);
      await a.api.terminateUserConnections("bob");
      const codes = await Promise.all([bob, tab].map(async ({ closed }) => (await closed).code));
      assertEquals(codes, [4009, 4009]);
      assertEquals(await events(ana), [{ name: "offline", user_ids: ["bob"] }]);
    }));

  it("keep one quota of connections (P-021)", () =>
    pair({ maxConnections: 2 }, async ([a, b]) => {
      await a.connect();
      const bob = await b.connect();
      const more = await Promise.all([a, b].map(async (server) => {
        const socket = server.open();
        return (await socket.closed).code;
      }));
      assertEquals(more, [4004, 4004]);
      bob.ws.close();
      await bob.closed;
      await a.connect();
    }));

  it("send each webhook once (P-284 to P-288)", async () => {
    const receiver = await startWebhookReceiver();
    try {
      await pair(
        {
          webhooks: [{ url: receiver.url, events: undefined, batch: false }],
          vacatedDelaySeconds: 0,
        },
        async ([a, b]) => {
          const [ana, bob] = [await a.connect(), await b.connect()];
          await a.enter(ana, "presence-room", { user_id: "ana" });
          await b.enter(bob, "presence-room", { user_id: "bob" });
          ana.send({ event: "client-hi", channel: "presence-room", data: "{}" });
          await bob.next("client-hi");
          ana.ws.close();
          await bob.next("pusher_internal:member_removed");
          bob.ws.close();
          await receiver.whenNamed("channel_vacated");
        },
      );
      const events = receiver.requests.flatMap(({ events }) => events);
      assertEquals(events.map(({ name, user_id = "" }) => `${name} ${user_id}`), [
        "channel_occupied ",
        "member_added ana",
        "member_added bob",
        "client_event ana",
        "member_removed ana",
        "member_removed bob",
        "channel_vacated ",
      ]);
    } finally {
      await receiver.stop();
    }
  });
});
