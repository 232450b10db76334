import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openStage, type TestStage } from "./testing/stage.ts";

async function withStage(
  environment: Record<string, string>,
  story: (stage: TestStage) => Promise<void>,
): Promise<void> {
  const stage = await openStage(environment);
  try {
    await story(stage);
  } finally {
    await stage.stop();
  }
}

describe("the application's switches", () => {
  it("APPLICATION_PRIVATE_AUCTIONS: bids are heard by verified bidders, and by nobody else", () =>
    withStage({ APPLICATION_PRIVATE_AUCTIONS: "1" }, async (stage) => {
      const { lots: [lot] } = await stage.sale([150]);
      const channel = `private-auction.${lot}`;
      const ask = async (role: string, socket_id: string) =>
        await (await stage.person(role)).post("/broadcasting/auth", {
          socket_id,
          channel_name: channel,
        });
      for (const role of ["unverified", "suspended", "customer"]) {
        assertEquals((await ask(role, "1.2")).status, 403, role);
      }
      const onlooker = await stage.listener(`auction.${lot}`);
      const listener = await stage.server.connect();
      listener.subscribe(channel, (await ask("bidder", listener.socketId)).body);
      await listener.next("pusher_internal:subscription_succeeded");
      const ana = await stage.person("bidder");
      await ana.post(`/auctions/${lot}/bids`, { amount: 100 });
      await listener.next("BidPlaced");
      const overheard = (await onlooker.settled()).filter(({ event }) => event === "BidPlaced");
      assertEquals(overheard, []);
    }));

  it("APPLICATION_BROADCASTING=now: what is answered has been told", () =>
    withStage({ APPLICATION_BROADCASTING: "now" }, async (stage) => {
      const { lots: [lot] } = await stage.sale([150]);
      const listener = await stage.listener(`auction.${lot}`);
      const ana = await stage.person("bidder");
      for (let count = 1; count <= 10; count++) {
        await ana.post(`/auctions/${lot}/bids`, { amount: 100 * count });
        const told = (await listener.settled()).filter(({ event }) => event === "BidPlaced");
        assertEquals(told.length, count);
      }
    }));
});
