import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withServer } from "./testing/server.ts";

const count = "pusher_internal:subscription_count";

describe("the subscription count", () => {
  it("is told to all at every coming and going, where it is on (P-177, P-178, P-181)", () =>
    withServer({ subscriptionCount: true }, async (server) => {
      const [first, second] = [await server.connect(), await server.connect()];
      first.subscribe("orders");
      assertEquals((await first.next(count)).data, '{"subscription_count":1}');
      second.subscribe("orders");
      assertEquals((await first.next(count)).data, '{"subscription_count":2}');
      assertEquals((await second.next(count)).data, '{"subscription_count":2}');
      second.send({ event: "pusher:unsubscribe", data: { channel: "orders" } });
      assertEquals((await first.next(count)).data, '{"subscription_count":1}');
      await server.enter(first, "presence-room", { user_id: "a" });
      const told = (await first.settled()).filter(({ event }) => event === count);
      assertEquals(new Set(told.map(({ channel }) => channel)), new Set(["orders"])); // P-180
    }));

  it("is not told where it is off (P-176)", () =>
    withServer({}, async (server) => {
      const socket = await server.connect();
      socket.subscribe("orders");
      assertEquals((await socket.settled()).filter(({ event }) => event === count), []);
    }));

  it("is held back above a hundred connections (P-179)", () =>
    withServer({ subscriptionCount: true }, async (server) => {
      const sockets = await Promise.all(Array.from({ length: 120 }, () => server.connect()));
      for (const socket of sockets) {
        socket.subscribe("orders");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      const told = (await sockets[0]?.settled() ?? []).filter(({ event }) => event === count);
      assertEquals(told.at(-1)?.data, '{"subscription_count":100}');
    }));
});
