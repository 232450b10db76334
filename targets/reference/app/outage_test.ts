import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { startTestServer } from "../server/testing/server.ts";
import { openGate } from "./testing/gate.ts";
import { openStage } from "./testing/stage.ts";
import { startRedis, withoutRedis } from "./testing/redis.ts";
import { applyOnce } from "./testing/once.ts";

const skip = await withoutRedis();

describe("what the application stands on goes away, and it", () => {
  it("tells of everything, in order, once the WebSocket server takes it again", async () => {
    const server = await startTestServer();
    const gate = openGate(server.running);
    const stage = await openStage({ PUSHER_PORT: String(gate.port) });
    try {
      const { lots: [lot] } = await stage.sale([150]);
      const listener = await server.connect();
      listener.subscribe(`auction.${lot}`);
      await listener.next("pusher_internal:subscription_succeeded");
      const ana = await stage.person("bidder");
      gate.refuse(true);
      for (const amount of [100, 110, 120]) {
        assertEquals((await ana.post(`/auctions/${lot}/bids`, { amount })).status, 201);
      }
      gate.refuse(false);
      for (let told = 0; told < 3; told++) await listener.next("BidPlaced");
      const { applied } = applyOnce(await listener.settled(), 4);
      assertEquals(applied.slice(-3).map((event) => event["amount"]), [100, 110, 120]);
    } finally {
      await stage.stop();
      await gate.stop();
      await server.stop();
    }
  });

  it("answers, and tells, while its queue is gone", { skip }, async () => {
    const redis = await startRedis();
    const stage = await openStage({ APPLICATION_QUEUE: redis.url });
    try {
      const { lots: [lot] } = await stage.sale([150]);
      const listener = await stage.listener(`auction.${lot}`);
      const ana = await stage.person("bidder");
      await redis.stop();
      assertEquals((await ana.post(`/auctions/${lot}/bids`, { amount: 100 })).status, 201);
      await listener.next("BidPlaced");
    } finally {
      await stage.stop();
      await redis.stop();
    }
  });
});
