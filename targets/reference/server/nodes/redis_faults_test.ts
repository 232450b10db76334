/** What README promises of several nodes when their Redis fails; a round of each, or FAULT_ROUNDS. */
import { assertEquals, assertLess } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { TestServer } from "../testing/server.ts";
import { withNodes } from "./testing/cluster.ts";
import {
  named,
  present,
  publish,
  resumes,
  RESUMES_MS,
  ROOM,
  ROUNDS,
  userIn,
} from "./testing/faults.ts";
import { type InstalledRedis, startRedis, withoutRedis } from "./testing/redis.ts";

const suite = await withoutRedis() === false ? describe : describe.skip;

suite("nodes whose Redis is killed and comes back", () => {
  let redis: InstalledRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());

  for (let round = 1; round <= ROUNDS; round++) {
    it(`refuse meanwhile, then resume, and tell what changed and nothing else: ${round}`, () =>
      withNodes(redis, 2, {}, async (nodes) => {
        const [a, b] = nodes as [TestServer, TestServer]; // two were asked for
        const [ana, bob, leaver] = [await a.connect(), await b.connect(), await b.connect()];
        await a.enter(ana, ROOM, { user_id: "ana" });
        await b.enter(bob, ROOM, { user_id: "bob" });
        await b.enter(leaver, ROOM, { user_id: "leaver" });
        await ana.next("pusher_internal:member_added");
        await ana.next("pusher_internal:member_added");

        await redis.kill();
        assertEquals(await publish(a.api, "Lost"), 503);
        assertEquals(await publish(b.api, "Lost"), 503);
        ana.send({ event: "client-lost", channel: ROOM, data: "{}" });
        await ana.next("pusher:error");
        leaver.ws.close();
        await leaver.closed;
        const late = await b.connect();
        const entered = b.enter(late, ROOM, { user_id: "late" });

        await redis.start();
        await entered;
        await resumes(a.api, "Back to one", [ana, bob]);
        await resumes(b.api, "Back to the other", [ana, bob]);
        for (const socket of [ana, bob]) {
          const gone = await socket.next("pusher_internal:member_removed");
          assertEquals(userIn(gone), "leaver");
          assertEquals(named(socket, "pusher_internal:member_removed").length, 1);
          assertEquals(named(socket, "Lost").length, 0);
        }
        assertEquals(named(ana, "pusher_internal:member_added").map(userIn), [
          "bob",
          "leaver",
          "late",
        ]);
        assertEquals(named(bob, "pusher_internal:member_added").map(userIn), ["leaver", "late"]);
        assertEquals(await present(a.api), ["ana", "bob", "late"]);
      }));

    it(`answer 503 when it hangs, and resume when it goes on: ${round}`, () =>
      withNodes(redis, 2, {}, async (nodes) => {
        const [a, b] = nodes as [TestServer, TestServer]; // two were asked for
        const ana = await a.connect();
        await a.enter(ana, ROOM, { user_id: "ana" });
        redis.freeze();
        assertEquals(await publish(b.api, "Hung"), 503);
        redis.thaw();
        await resumes(b.api, "Back", [ana]);
        assertEquals(named(ana, "pusher_internal:member_removed"), []);
      }));

    it(`state everything anew when Redis has forgotten it, and tell nobody: ${round}`, () =>
      withNodes(redis, 2, {}, async (nodes) => {
        const [a, b] = nodes as [TestServer, TestServer]; // two were asked for
        const [ana, bob] = [await a.connect(), await b.connect()];
        await a.enter(ana, ROOM, { user_id: "ana" });
        await b.enter(bob, ROOM, { user_id: "bob" });
        await redis.empty();
        const began = performance.now();
        while ((await present(a.api)).length < 2) assertLess(performance.now() - began, RESUMES_MS);
        const late = await b.connect();
        await b.enter(late, ROOM, { user_id: "late" });
        await a.api.trigger(ROOM, "Fence", {});
        await Promise.all([ana.next("Fence"), bob.next("Fence")]);
        assertEquals(named(ana, "pusher_internal:member_removed"), []);
        assertEquals(named(ana, "pusher_internal:member_added").map(userIn), ["bob", "late"]);
        assertEquals(named(bob, "pusher_internal:member_added").map(userIn), ["late"]);
      }));
  }
});
