import { assert, assertEquals, assertThrows } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { startTestServer, type TestServer } from "../server/testing/server.ts";
import type { TestSocket } from "../server/testing/socket.ts";
import { openBrowser } from "./testing/browser.ts";
import { openGate } from "./testing/gate.ts";
import { applyOnce } from "./testing/once.ts";
import { startApplicationProcess } from "./testing/process.ts";
import { startTestServices, type TestServices, withoutServices } from "./testing/services.ts";

/** Bidders, each at both processes at once, and how often they bid. */
const BIDDERS = 4;
const ROUNDS = 12;

const skip = await withoutServices();
describe("two processes on one PostgreSQL and one Redis", { skip }, () => {
  let services: TestServices | undefined;
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    services = await startTestServices();
  });
  afterAll(async () => {
    await services?.stop();
    await server?.stop();
  });

  /** Everybody bids at both at once: the bids that were agreed to, the lot, and who listened. */
  async function bidAtBoth(how: Parameters<typeof startApplicationProcess>[1]) {
    const environment = {
      APPLICATION_DATABASE: services?.postgres ?? "",
      APPLICATION_QUEUE: services?.redis ?? "",
      PUSHER_PORT: String(server.running.port),
    };
    const processes = await Promise.all(
      [1, 2].map(() => startApplicationProcess(environment, how)),
    );
    try {
      const maker = openBrowser(processes[0]?.origin ?? "");
      const make = async (path: string, body: unknown) => (await maker.post(path, body)).body.data;
      const atBoth = async (role: string) => {
        const user = await make("/testing/users", { role });
        return await Promise.all(processes.map(async ({ origin }) => {
          const browser = openBrowser(origin);
          await browser.logIn(user);
          return browser;
        }));
      };
      const lots = [{ starting_price: 10, increment: 10, reserve: 50 }];
      const { lots: [{ id: lot }] } = await make("/testing/sales", { lots });
      const listener = await server.connect();
      listener.subscribe(`auction.${lot}`);
      await listener.next("pusher_internal:subscription_succeeded");
      await (await atBoth("officer"))[0]?.post(`/auctions/${lot}/start`);
      await listener.next("LotStarted");

      const browsers = (await Promise.all(Array.from({ length: BIDDERS }, () => atBoth("bidder"))))
        .flat();
      const agreed = [];
      for (let round = 1; round <= ROUNDS; round++) {
        const answers = await Promise.all(
          browsers.map((who) => who.post(`/auctions/${lot}/bids`, { amount: round * 10 })),
        );
        agreed.push(...answers.filter(({ status }) => status === 201));
      }
      const { data } = (await maker.get(`/auctions/${lot}`)).body;
      return { agreed: agreed.map(({ body }) => body.data), lot: data, listener };
    } finally {
      await Promise.all(processes.map((process) => process.kill("SIGTERM"))); // sends what is left
    }
  }

  const heard = async (listener: TestSocket, version: number) =>
    applyOnce(await listener.settled(), version);

  it("take each bid from one of those who make it, and tell of all of them in order", async () => {
    const { agreed, lot, listener } = await bidAtBoth({});
    assertEquals([agreed.length, lot.bid_count, lot.version], [ROUNDS, ROUNDS, ROUNDS + 1]);
    const { applied, repeated, missing } = await heard(listener, lot.version);
    assertEquals([missing, repeated], [[], 0]);
    const times = applied.map((event) => String(event["updated_at"]));
    assertEquals(times, times.toSorted(), "who waited for the row comes later, also by the clock");
    assertEquals(applied.map(({ version }) => version), applied.map((_, at) => at + 1));
  });

  it("finish what one of them was killed over", async () => {
    const gate = openGate(server.running);
    const environment = { APPLICATION_DATABASE: services?.postgres ?? "" };
    const [one, other] = await Promise.all([
      startApplicationProcess({ ...environment, PUSHER_PORT: String(gate.port) }),
      startApplicationProcess({ ...environment, PUSHER_PORT: String(server.running.port) }),
    ]);
    try {
      const maker = openBrowser(one.origin);
      const make = async (path: string, body: unknown) => (await maker.post(path, body)).body.data;
      const lots = [{ starting_price: 10, increment: 10, reserve: 50 }];
      const { lots: [{ id: lot }] } = await make("/testing/sales", { lots });
      const listener = await server.connect();
      listener.subscribe(`auction.${lot}`);
      await listener.next("pusher_internal:subscription_succeeded");
      const officer = openBrowser(one.origin);
      await officer.logIn(await make("/testing/users", { role: "officer" }));
      const kept = gate.keepNext("before it is taken");
      const asked = officer.post(`/auctions/${lot}/start`).catch(() => undefined);
      await kept;
      await one.kill("SIGKILL");
      await asked;
      await listener.next("LotStarted");
    } finally {
      await Promise.all([one, other].map((process) => process.kill("SIGKILL")));
      await gate.stop();
    }
  });

  it("really lose bids without the lock, so that those who look for that can find it", async () => {
    const how = { main: "broken/main.ts", args: ["--break", "no-lock"] };
    const { agreed, lot, listener } = await bidAtBoth(how);
    assert(agreed.length > lot.bid_count, `${agreed.length} agreed to, ${lot.bid_count} counted`);
    const frames = await listener.settled();
    assertThrows(() => applyOnce(frames, lot.version), Error, "sent again, an event is the same");
  });
});
