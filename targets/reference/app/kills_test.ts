import { assertEquals, assertRejects } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { credentials, startTestServer, type TestServer } from "../server/testing/server.ts";
import { createAuctions } from "./auctions.ts";
import { createPusher, sendBy } from "./broadcaster.ts";
import { createChange } from "./changes.ts";
import { type Database, openDatabase } from "./database.ts";
import { aliasesBy, createEvents } from "./events.ts";
import { createOutbox, type Outbox, type Send } from "./outbox.ts";
import { addSale, store } from "./store.ts";
import { applyOnce } from "./testing/once.ts";
import { startTestServices, withoutServices } from "./testing/services.ts";

/** Where a process is killed, after it has committed a bid. */
const PLACES = ["before it is queued", "before it is sent", "before it is noted as sent"] as const;
type Place = typeof PLACES[number];
class Killed extends Error {}

type MakeOutbox = (database: Database, send: Send) => Outbox;

/** `count` processes, of which two thirds are killed between commit and sending, the rest after it. */
function stories(
  title: string,
  count: number,
  open: () => Promise<{ url: string; close(): Promise<void> }>,
  skip: string | false,
) {
  describe(`an application on ${title} that is killed after a commit`, { skip }, () => {
    let server: TestServer;
    let storage: { url: string; close(): Promise<void> };
    let take: Send;
    beforeAll(async () => {
      server = await startTestServer();
      storage = await open();
      const { host, port } = server.running;
      const { id: appId, key, secret } = credentials;
      take = sendBy(createPusher({ appId, key, secret, host, port, scheme: "http" }));
    });
    afterAll(async () => {
      await server.stop();
      await storage?.close();
    });

    /** A process: it sends what an earlier one left behind, commits what it is asked to, and is killed. */
    async function live(
      database: Database,
      makeOutbox: MakeOutbox,
      place: Place,
      work: (auctions: ReturnType<typeof createAuctions>) => Promise<unknown>,
    ): Promise<void> {
      const kill = () => Promise.reject(new Killed());
      await sendTheRest(database, makeOutbox);
      const outbox = makeOutbox(database, async (message) => {
        if (place === "before it is noted as sent") await take(message);
        return await kill();
      });
      const drainAll = async (aggregates: ReadonlySet<string>) => {
        for (const aggregate of aggregates) await outbox.drain(aggregate);
      };
      const sent = place === "before it is queued" ? kill : drainAll;
      const change = createChange(database, outbox, sent, Date.now);
      const alias = aliasesBy("secret");
      const auctions = createAuctions(change, store, createEvents(alias, false), alias);
      await assertRejects(() => work(auctions), Killed);
    }

    async function sendTheRest(database: Database, makeOutbox: MakeOutbox): Promise<void> {
      const outbox = makeOutbox(database, take);
      for (const aggregate of await outbox.overdue(Number.MAX_SAFE_INTEGER)) {
        await outbox.drain(aggregate);
      }
    }

    /** As many processes on one database, one after another; what a listener made of it, and what is true. */
    async function kills(count: number, makeOutbox: MakeOutbox, places: readonly Place[]) {
      const [saleId, lotId] = [crypto.randomUUID(), crypto.randomUUID()];
      const { url } = storage;
      const listener = await server.connect();
      listener.subscribe(`auction.${lotId}`);
      await listener.next("pusher_internal:subscription_succeeded");

      // While it is open, no other's closing puts the file in order: it is found as a kill leaves it.
      const watching = await openDatabase(url);
      const lots = [{ id: lotId, title: "", startingPrice: 10, increment: 10, reserve: 500 }];
      await addSale(watching, { id: saleId, closeAfterMs: 0 }, lots, new Date().toISOString());
      for (let at = 0; at < count; at++) {
        const database = await openDatabase(url);
        await live(
          database,
          makeOutbox,
          places[at % places.length] ?? "before it is sent",
          (auctions) => {
            const caller = { userId: `bidder ${at % 7}`, socketId: null, idempotencyKey: null };
            return at === 0 ? auctions.start(lotId, caller) : auctions.bid(lotId, at * 10, caller);
          },
        );
        await database.close();
      }
      await sendTheRest(watching, makeOutbox);
      const lot = await store.lot(watching, lotId);
      await watching.close();
      return { ...applyOnce(await listener.settled(), lot?.version ?? 0), lot };
    }

    it(`loses nothing and has nothing applied twice, ${count} times`, async () => {
      const { applied, repeated, missing, lot } = await kills(count, createOutbox, PLACES);
      assertEquals(missing, []);
      assertEquals(applied.map(({ version }) => version), applied.map((_, at) => at + 1));
      assertEquals([applied.length, repeated], [count, count / 3]);
      assertEquals(new Set(applied.map(({ id }) => id)).size, count);
      const last = applied.at(-1);
      assertEquals([last?.version, last?.["amount"], last?.["bid_count"]], [
        lot?.version,
        lot?.price,
        lot?.bidCount,
      ]);
    });

    it("is seen to lose events when it notes them before it sends them", async () => {
      const hasty: MakeOutbox = (database, send) => ({
        ...createOutbox(database, send),
        async drain(aggregate) {
          const outbox = createOutbox(database, async (message) => {
            await database.all("UPDATE realtime_events SET delivered = 1 WHERE id = ?", message.id);
            await send(message);
          });
          await outbox.drain(aggregate);
        },
      });
      const { missing } = await kills(30, hasty, ["before it is queued", "before it is sent"]);
      assertEquals(missing.length, 15);
    });
  });
}

stories("SQLite", 1500, async () => {
  const folder = await Deno.makeTempDir();
  return {
    url: `sqlite:${join(folder, "application.db")}`,
    close: () => Deno.remove(folder, { recursive: true }),
  };
}, false);

stories("PostgreSQL", 60, async () => {
  const { postgres, stop } = await startTestServices();
  return { url: postgres, close: stop };
}, await withoutServices());
