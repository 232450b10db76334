import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import pg from "pg";
import { startTestServer } from "../server/testing/server.ts";
import { openGate } from "./testing/gate.ts";
import { openStage } from "./testing/stage.ts";
import { startTestServices, withoutServices } from "./testing/services.ts";
import { startRedis, withoutRedis } from "./testing/redis.ts";
import { applyOnce } from "./testing/once.ts";

const skip = await withoutRedis();
const noServices = await withoutServices();

/** What the application holds open to its database at most. */
const MOST_CONNECTIONS = 20;

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

  it("loses no bid it has agreed to while its database ends connections", {
    skip: noServices,
  }, async () => {
    const services = await startTestServices();
    const stage = await openStage({ APPLICATION_DATABASE: services.postgres });
    const breaker = new pg.Client(services.postgres);
    try {
      await breaker.connect();
      const { lots: [lot] } = await stage.sale([150]);
      const listener = await stage.listener(`auction.${lot}`);
      const ana = await stage.person("bidder");
      let [agreed, ended] = [0, 0];
      for (let at = 0; at < 40; at++) {
        const [answer, { rowCount }] = await Promise.all([
          ana.post(`/auctions/${lot}/bids`, { amount: 100 + at * 10 }),
          breaker.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND datname = current_database()`,
          ),
        ]);
        if (answer.status === 201) agreed += 1;
        ended += rowCount ?? 0;
      }
      assert(ended > 0 && agreed > 0, `${ended} connections ended, ${agreed} bids agreed to`);
      // One that ended a moment ago is noticed by whoever asks it first; each is noticed once.
      let last = await ana.post(`/auctions/${lot}/bids`, { amount: 1000 });
      for (let more = 1; more <= MOST_CONNECTIONS && last.status === 500; more++) {
        last = await ana.post(`/auctions/${lot}/bids`, { amount: 1000 + more * 10 });
      }
      const { data } = (await ana.get(`/auctions/${lot}`)).body;
      assertEquals([last.status, data.version], [201, data.bid_count + 1]);
      // A bid whose answer was lost may have been taken all the same.
      assert(
        data.bid_count > agreed,
        `${agreed} agreed to and one more, ${data.bid_count} counted`,
      );
      let told = 0;
      while (told < data.version) {
        told = JSON.parse((await listener.next("BidPlaced")).data ?? "").version;
      }
      // The first is the lot's start, which may have been told before anybody listened.
      const { missing } = applyOnce(await listener.settled(), data.version);
      assertEquals(missing.filter((version) => version > 1), []);
    } finally {
      await breaker.end();
      await stage.stop();
      await services.stop();
    }
  });
});
