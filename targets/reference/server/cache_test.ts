import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withServer } from "./testing/server.ts";

const succeeded = "pusher_internal:subscription_succeeded";

describe("a cache channel", () => {
  it("greets a newcomer with its last event, and nobody else (P-147 to P-151, P-157)", () =>
    withServer({}, async (server) => {
      const early = await server.connect();
      early.subscribe("cache-prices");
      assertEquals(await early.next("pusher:cache_miss"), {
        event: "pusher:cache_miss",
        channel: "cache-prices",
        data: "{}",
      });
      for (const price of ["1", "2", "3"]) {
        await server.api.trigger("cache-prices", "price", price);
        await early.next("price");
      }
      early.ws.close();
      await early.closed;
      const late = await server.connect();
      late.subscribe("cache-prices");
      await late.next("price");
      const another = await server.connect();
      another.subscribe("cache-prices");
      await another.next("price");
      assertEquals((await late.settled()).slice(1, -1), [
        { event: succeeded, channel: "cache-prices", data: "{}" },
        { event: "price", channel: "cache-prices", data: "3" },
      ]);
      const response = await server.api.get({
        path: "/channels/cache-prices",
        params: { info: "cache" },
      });
      assertEquals(await response.json(), { occupied: true, cache: { data: "3", ttl: 1800 } });
    }));

  it("never remembers a whisper, nor longer than its time to live (P-154, P-155)", () =>
    withServer({ cacheTtlSeconds: 0.05 }, async (server) => {
      const channel = "private-cache-prices";
      const [ana, bob] = [await server.connect(), await server.connect()];
      await server.enter(ana, channel);
      await server.api.trigger(channel, "price", "1");
      await ana.next("price");
      ana.send({ event: "client-price", channel, data: "2" });
      await ana.settled();
      const get = async () => {
        const response = await server.api.get({
          path: `/channels/${channel}`,
          params: { info: "cache" },
        });
        return (await response.json()).cache;
      };
      for (let cached = await get(); cached !== null; cached = await get()) {
        assertEquals(cached, { data: "1", ttl: 1 });
      }
      await server.enter(bob, channel);
      await bob.next("pusher:cache_miss");
    }));
});
