import { assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { join } from "@std/path";
import { startTestServer, type TestServer } from "../server/testing/server.ts";
import { freePort } from "../../start.ts";
import { openBrowser } from "./testing/browser.ts";
import { type Gate, openGate } from "./testing/gate.ts";
import { applyOnce } from "./testing/once.ts";
import { startApplicationProcess } from "./testing/process.ts";

const KILLS = 12;

describe("the application's process on a file of SQLite", () => {
  let server: TestServer;
  let gate: Gate;
  let folder: string;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = await startTestServer();
    gate = openGate(server.running);
    folder = await Deno.makeTempDir();
    environment = {
      APPLICATION_PORT: String(freePort()),
      APPLICATION_DATABASE: `sqlite:${join(folder, "application.db")}`,
      PUSHER_PORT: String(gate.port),
    };
  });
  afterAll(async () => {
    await gate.stop();
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  });

  it(`is killed ${KILLS} times while an event is on its way, and goes on where it was`, async () => {
    let application = await startApplicationProcess(environment);
    try {
      const maker = openBrowser(application.origin);
      const make = async (path: string, body: unknown) => (await maker.post(path, body)).body.data;
      const [officer, ana] = await Promise.all(["officer", "bidder"].map(async (role) => {
        const browser = openBrowser(application.origin);
        await browser.logIn(await make("/testing/users", { role }));
        return browser;
      }));
      const lots = [{ starting_price: 10, increment: 10, reserve: 50 }];
      const { lots: [{ id: lot }] } = await make("/testing/sales", { lots });
      const listener = await server.connect();
      listener.subscribe(`auction.${lot}`);
      await listener.next("pusher_internal:subscription_succeeded");
      await officer?.post(`/auctions/${lot}/start`);
      await listener.next("LotStarted");

      for (let at = 1; at <= KILLS; at++) {
        const kept = gate.keepNext(at % 2 === 0 ? "before it is taken" : "after it is taken");
        const bid = { amount: at * 10, idempotency_key: `bid ${at}` };
        const asked = ana?.post(`/auctions/${lot}/bids`, bid).catch(() => undefined);
        await kept; // so it is committed
        assertEquals((await application.kill("SIGKILL")).signal, "SIGKILL");
        await asked;

        application = await startApplicationProcess(environment);
        // Who got no answer asks again, and is told what was done; it is not done twice.
        const again = await ana?.post(`/auctions/${lot}/bids`, bid);
        assertEquals([again?.status, again?.body.data.version], [201, at + 1]);
        await listener.next("BidPlaced");
      }

      const { data } = (await ana?.get(`/auctions/${lot}`))?.body ?? {};
      assertEquals([data.bid_count, data.price, data.version], [KILLS, KILLS * 10, KILLS + 1]);
      // It ends once everything is sent.
      assertEquals((await application.kill("SIGTERM")).code, 0);
      const { applied, repeated, missing } = applyOnce(await listener.settled(), data.version);
      assertEquals([applied.length, repeated, missing], [KILLS + 1, KILLS / 2, []]);
      assertEquals(applied.map(({ version }) => version), applied.map((_, at) => at + 1));
    } finally {
      await application.kill("SIGKILL");
    }
  });
});
