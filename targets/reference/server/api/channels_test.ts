import { assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { request } from "../testing/request.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";

describe("asking about channels", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer({ subscriptionCount: true });
    const [ana, bob] = [await server.connect(), await server.connect()];
    for (const socket of [ana, bob]) {
      socket.subscribe("orders");
      await server.enter(socket, "presence-room", { user_id: "ana" });
    }
    await server.enter(bob, "private-cache-prices");
  });
  afterEach(() => server.stop());
  const get = (path: string, query: Record<string, string> = {}) =>
    request(server, "GET", path, undefined, { query });

  const answers: readonly (readonly [string, Record<string, string>, unknown])[] = [
    ["/channels", {}, {
      channels: { "orders": {}, "presence-room": {}, "private-cache-prices": {} },
    }],
    ["/channels", { filter_by_prefix: "private-" }, { channels: { "private-cache-prices": {} } }],
    ["/channels", { filter_by_prefix: "nothing" }, { channels: {} }],
    [
      "/channels",
      { filter_by_prefix: "presence-", info: "user_count" },
      { channels: { "presence-room": { user_count: 1 } } },
    ],
    ["/channels/orders", {}, { occupied: true }],
    ["/channels/nobody-here", {}, { occupied: false }],
    [
      "/channels/orders",
      { info: "subscription_count" },
      { occupied: true, subscription_count: 2 },
    ],
    ["/channels/presence-room", { info: "user_count" }, { occupied: true, user_count: 1 }],
    ["/channels/private-cache-prices", { info: "cache" }, { occupied: true, cache: null }],
    ["/channels/presence-room/users", {}, { users: [{ id: "ana" }] }],
    ["/channels/presence-nobody/users", {}, { users: [] }],
    ["/connections", {}, { connections: 2 }],
  ];
  for (const [path, query, body] of answers) {
    it(`GET ${path} ${JSON.stringify(query)} (P-263 to P-272)`, async () => {
      assertEquals(await get(path, query), { status: 200, body });
    });
  }

  const refused: readonly (readonly [string, Record<string, string>])[] = [
    ["/channels", { info: "user_count" }],
    ["/channels", { info: "user_count", filter_by_prefix: "pres" }],
    ["/channels", { info: "weather" }],
    ["/channels", { info: "subscription_count" }],
    ["/channels", { info: "user_count,cache", filter_by_prefix: "presence-" }],
    ["/channels/orders", { info: "user_count" }],
    ["/channels/orders", { info: "cache" }],
    ["/channels/presence-room", { info: "subscription_count" }],
    ["/channels/orders/users", {}],
    ["/channels/a%20b", {}],
  ];
  for (const [path, query] of refused) {
    it(`refuses GET ${path} ${JSON.stringify(query)} (P-266, P-269, P-271)`, async () => {
      assertEquals((await get(path, query)).status, 400);
    });
  }
});
