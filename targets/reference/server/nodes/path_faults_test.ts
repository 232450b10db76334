/** What README promises of a node whose path to Redis is slow, half-open or cut. */
import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { TestServer } from "../testing/server.ts";
import type { TestSocket } from "../testing/socket.ts";
import { withNodes } from "./testing/cluster.ts";
import {
  assertToldTruly,
  named,
  present,
  publish,
  resumes,
  ROOM,
  ROUNDS,
  userIn,
} from "./testing/faults.ts";
import { openPath, type Path } from "./testing/path.ts";
import { type InstalledRedis, startRedis, withoutRedis } from "./testing/redis.ts";

const suite = await withoutRedis() === false ? describe : describe.skip;

interface Parts {
  readonly path: Path;
  /** The first reaches Redis itself, the second by the path. */
  readonly a: TestServer;
  readonly b: TestServer;
  /** Each on a node, and in the room. */
  readonly ana: TestSocket;
  readonly bob: TestSocket;
}

suite("a node whose path to Redis", () => {
  let redis: InstalledRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.kill());

  async function withPath(story: (parts: Parts) => Promise<void>): Promise<void> {
    const path = await openPath(redis);
    try {
      await withNodes([redis, path], 2, {}, async (nodes) => {
        const [a, b] = nodes as [TestServer, TestServer]; // two were asked for
        const [ana, bob] = [await a.connect(), await b.connect()];
        await a.enter(ana, ROOM, { user_id: "ana" });
        await b.enter(bob, ROOM, { user_id: "bob" });
        await ana.next("pusher_internal:member_added");
        await story({ path, a, b, ana, bob });
      });
    } finally {
      await path.close();
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    it(`is slow: all comes late, once, and in its publisher's order: ${round}`, () =>
      withPath(async ({ path, a, b, ana, bob }) => {
        path.slow(200);
        const sequence = async ({ api }: TestServer, name: string, count: number) => {
          for (let n = 0; n < count; n++) assertEquals(await publish(api, `${name} ${n}`), 200);
        };
        bob.send({ event: "client-typing", channel: ROOM, data: "{}" });
        await Promise.all([sequence(a, "near", 20), sequence(b, "far", 4)]);
        await Promise.all([ana, bob].flatMap((one) => [one.next("near 19"), one.next("far 3")]));
        await ana.next("client-typing");
        for (const { frames } of [ana, bob]) {
          for (const [name, count] of [["near", 20], ["far", 4]] as const) {
            const got = frames.map(({ event }) => event).filter((event) => event.startsWith(name));
            assertEquals(got, Array.from({ length: count }, (_, n) => `${name} ${n}`));
          }
        }
        for (const socket of [ana, bob]) {
          assertEquals(named(socket, "pusher_internal:member_removed"), []);
        }
      }));

    it(`is half-open: it answers 503, builds a new one, and tells what was missed: ${round}`, () =>
      withPath(async ({ path, a, b, ana, bob }) => {
        path.forget();
        assertEquals(await publish(b.api, "Swallowed"), 503);
        const late = await a.connect();
        await a.enter(late, ROOM, { user_id: "late" });
        await resumes(a.api, "Back to one", [ana, bob]);
        await resumes(b.api, "Back to the other", [ana, bob]);
        await bob.next("pusher_internal:member_added");
        assertEquals(await present(a.api), ["ana", "bob", "late"]);
        await ana.settled();
        for (const user of ["bob", "late"]) assertToldTruly(ana, user, true);
        assertToldTruly(bob, "late", true);
        for (const socket of [ana, bob]) assertEquals(named(socket, "Swallowed"), []);
      }));

    it(`is cut, then mended: its members go and come, what changed is told: ${round}`, () =>
      withPath(async ({ path, a, b, ana, bob }) => {
        const leaver = await b.connect();
        await b.enter(leaver, ROOM, { user_id: "leaver" });
        await ana.next("pusher_internal:member_added");

        path.cut();
        assertEquals(await publish(b.api, "Refused"), 503);
        leaver.ws.close();
        await leaver.closed;
        const gone = [
          await ana.next("pusher_internal:member_removed"),
          await ana.next("pusher_internal:member_removed"),
        ];
        assertEquals(gone.map(userIn).sort(), ["bob", "leaver"]);
        assertEquals(await present(a.api), ["ana"]);
        assertEquals(await publish(a.api, "Meanwhile"), 200);
        await ana.next("Meanwhile");
        const late = await a.connect();
        await a.enter(late, ROOM, { user_id: "late" });

        path.mend();
        await resumes(a.api, "Back to one", [ana, bob]);
        await resumes(b.api, "Back to the other", [ana, bob]);
        await ana.next("pusher_internal:member_added"); // late
        await ana.next("pusher_internal:member_added"); // bob, again
        assertEquals(userIn(await bob.next("pusher_internal:member_removed")), "leaver");
        assertEquals(await present(b.api), ["ana", "bob", "late"]);
        await ana.settled();
        for (const user of ["bob", "late"]) assertToldTruly(ana, user, true);
        assertToldTruly(ana, "leaver", false);
        assertToldTruly(bob, "leaver", false);
        assertToldTruly(bob, "late", true);
        for (const socket of [ana, bob]) assertEquals(named(socket, "Refused"), []);
      }));
  }
});
