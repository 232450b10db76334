import { assert, assertEquals, assertMatch } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import type { Frame } from "../server/testing/socket.ts";
import { openStage, type TestStage } from "./testing/stage.ts";
import { startTestServices, type TestServices, withoutServices } from "./testing/services.ts";

const payload = ({ data }: Frame) => JSON.parse(data ?? "");

/** The same stories on every database and queue. */
function stories(title: string, environment: () => Record<string, string>, skip: string | false) {
  describe(`the application on ${title}`, { skip }, () => {
    let stage: TestStage;
    beforeAll(async () => void (stage = await openStage(environment())));
    afterAll(() => stage?.stop());

    it("lets in who has the password and the token, and nobody else", async () => {
      const visitor = stage.visitor();
      assertEquals((await visitor.post("/login", {})).status, 419);
      await visitor.get("/sanctum/csrf-cookie");
      const nobody = { email: "nobody@example.test", password: "x" };
      assertEquals((await visitor.post("/login", nobody)).status, 422);
      const ana = await stage.person("bidder");
      assertEquals((await ana.get("/user")).body.data.email, ana.email);
      await ana.post("/logout");
      assertEquals((await ana.get("/user")).status, 401);
    });

    it("sells a lot: bids rise, the close ends it, and each step is told once", async () => {
      const { id, lots: [lot = ""] } = await stage.sale([150]);
      const [auction, sale] = await Promise.all([
        stage.listener(`auction.${lot}`),
        stage.listener(`sale.${id}`),
      ]);
      const [ana, ben] = await Promise.all([stage.person("bidder"), stage.person("bidder")]);
      assertEquals((await ana.post(`/auctions/${lot}/bids`, { amount: 100 })).status, 201);
      const low = await ben.post(`/auctions/${lot}/bids`, { amount: 105 });
      assertEquals([low.status, low.body.code, low.body.minimum_bid], [422, "below_minimum", 110]);
      const form = new URLSearchParams({ amount: "150" });
      assertEquals((await ben.post(`/auctions/${lot}/bids`, form)).status, 201);
      const closes = await Promise.all([ana, ben].map((who) => who.post(`/auctions/${lot}/close`)));
      assertEquals(closes.map(({ status }) => status), [200, 200]);
      assertEquals(closes.map(({ body }) => body.success).sort(), [false, true]);

      const first = payload(await auction.next("BidPlaced"));
      const second = payload(await auction.next("BidPlaced"));
      const closed = payload(await auction.next("AuctionClosed"));
      assertEquals([first.amount, first.bid_count, first.reserve_met], [100, 1, false]);
      assertEquals([second.amount, second.bid_count, second.reserve_met], [150, 2, true]);
      assertEquals([closed.status, closed.price], ["sold", 150]);
      assertEquals([first, second, closed].map(({ version }) => version), [2, 3, 4]);
      assert(first.bidder !== second.bidder);
      assertEquals(payload(await sale.next("SaleEnded")).sale_id, id);

      const read = async (who: { get: typeof ana.get }) =>
        (await who.get(`/auctions/${lot}`)).body.data;
      assertEquals((await read(ben)).won, true);
      assertEquals([(await read(ana)).won, (await read(stage.visitor())).won], [
        undefined,
        undefined,
      ]);
    });

    it("goes on with the next lot, and ends with the last", async () => {
      const { id, lots: [one, two] } = await stage.sale([100, 100]);
      const sale = await stage.listener(`sale.${id}`);
      const officer = await stage.person("officer");
      await officer.post(`/auctions/${one}/close`);
      // The first lot may be told of after the listener came.
      let started = payload(await sale.next("NextLotStarted"));
      if (started.lot_id === one) started = payload(await sale.next("NextLotStarted"));
      assertEquals(started.lot_id, two);
      assertEquals((await officer.get(`/sales/${id}`)).body.data.current_lot, two);
      // Whoever looks on while it goes on never sees a current lot that is not live.
      const looks = Array.from({ length: 20 }, () => officer.get(`/sales/${id}`));
      await officer.post(`/auctions/${two}/close`);
      for (const { body: { data } } of await Promise.all(looks)) {
        const live = data.lots.filter(({ status }: { status: string }) => status === "live");
        assertEquals(live.map((lot: { id: string }) => lot.id), data.current_lot ? [two] : []);
      }
      await sale.next("SaleEnded");
      assertEquals((await officer.get(`/sales/${id}`)).body.data.status, "ended");
    });

    it("lets forty bid at once, and takes each amount from one of them", async () => {
      const { lots: [lot] } = await stage.sale([100]);
      const bidders = await Promise.all(Array.from({ length: 8 }, () => stage.person("bidder")));
      const answers = await Promise.all(
        bidders.flatMap((who) =>
          [100, 110, 120, 130, 140].map((amount) => who.post(`/auctions/${lot}/bids`, { amount }))
        ),
      );
      const taken = answers.filter(({ status }) => status === 201).map(({ body }) => body.data);
      assertEquals(new Set(taken.map(({ amount }) => amount)).size, taken.length);
      const { data } = (await stage.visitor().get(`/auctions/${lot}`)).body;
      assertEquals([data.bid_count, data.version], [taken.length, taken.length + 1]);
      const versions = taken.map(({ version }) => version).sort((a, b) => a - b);
      assertEquals(versions, taken.map((_, at) => at + 2));
    });

    it("answers the same key the same way, and does nothing twice", async () => {
      const { lots: [lot] } = await stage.sale([100]);
      const ana = await stage.person("bidder");
      const bid = { amount: 100, idempotency_key: "tap" };
      const [one, two] = await Promise.all(
        [1, 2].map(() => ana.post(`/auctions/${lot}/bids`, bid)),
      );
      assertEquals([one?.status, two?.status], [201, 201]);
      assertEquals(one?.body, two?.body);
      assertEquals((await ana.get(`/auctions/${lot}`)).body.data.bid_count, 1);
    });

    it("moves an order one step at a time, and tells its customer alone", async () => {
      const [cem, eve, staff] = await Promise.all([
        stage.person("customer"),
        stage.person("customer"),
        stage.person("staff"),
      ]);
      const order = await stage.order(cem);
      const path = `/orders/${order}/transitions`;
      const moves = await Promise.all([1, 2, 3].map(() => staff.post(path, { to: "accepted" })));
      assertEquals(moves.map(({ status }) => status).sort(), [200, 409, 409]);
      assertEquals((await staff.post(path, { to: "delivered" })).body.code, "illegal_transition");
      assertEquals((await cem.post(path, { to: "preparing" })).status, 403);
      assertEquals((await cem.get(`/orders/${order}`)).body.data.notes, undefined);
      assertEquals((await eve.get(`/orders/${order}`)).status, 404);
      const changes = (await cem.get(`/orders/${order}/changes?since=0`)).body.data;
      assertEquals([changes.version, changes.events.length], [1, 1]);
    });

    it("signs for channels by its rules (P-105 to P-109)", async () => {
      const [cem, eve] = await Promise.all([stage.person("customer"), stage.person("customer")]);
      const order = await stage.order(cem);
      const ask = { socket_id: "1.2", channel_name: `private-orders.${order}` };
      assertMatch((await cem.post("/broadcasting/auth", ask)).body.auth, /^app-key:[0-9a-f]{64}$/);
      assertMatch(
        (await cem.post("/broadcasting/auth", new URLSearchParams(ask))).body.auth,
        /^app-key:/,
      );
      assertEquals((await eve.post("/broadcasting/auth", ask)).status, 403);
      for (const socket_id of ["1.1\nx", "1.1:private-x", "x", "1.1:"]) {
        assertEquals((await cem.post("/broadcasting/auth", { ...ask, socket_id })).status, 422);
      }
      const sealed = { socket_id: "1.2", channel_name: `private-encrypted-orders.${order}` };
      assert((await cem.post("/broadcasting/auth", sealed)).body.shared_secret);
      const online = { socket_id: "1.2", channel_name: "presence-online" };
      const member = JSON.parse((await cem.post("/broadcasting/auth", online)).body.channel_data);
      assertEquals(member, { user_id: cem.id, user_info: { name: "A customer" } });
      const user = (await cem.post("/broadcasting/user-auth", { socket_id: "1.2" })).body;
      assertEquals(JSON.parse(user.user_data).id, cem.id);
    });

    it("leaves out the socket that asked (toOthers)", async () => {
      const { lots: [lot] } = await stage.sale([100]);
      const [own, other] = [
        await stage.listener(`auction.${lot}`),
        await stage.listener(`auction.${lot}`),
      ];
      const ana = await stage.person("bidder");
      await ana.post(`/auctions/${lot}/bids`, { amount: 100 }, { "x-socket-id": own.socketId });
      await ana.post(`/auctions/${lot}/bids`, { amount: 200 });
      assertEquals(payload(await other.next("BidPlaced")).amount, 100);
      assertEquals(payload(await own.next("BidPlaced")).amount, 200);
    });

    it("answers what is wrong with one message and nothing of its inside", async () => {
      const ana = await stage.person("bidder");
      const { lots: [lot] } = await stage.sale([734291]);
      const bids = `/auctions/${lot}/bids`;
      for (const amount of [-1, 0, 1.5, "x", "", "0x78", " 200", null, true, 1e15, [200], {}]) {
        const { status, body } = await ana.post(bids, { amount });
        assertEquals([status, body.code], [422, "invalid"], JSON.stringify(amount));
      }
      const wrong: [body: unknown, headers?: Record<string, string>][] = [
        [null],
        [{ amount: 200, idempotency_key: "a\0b" }],
        [{ amount: 200, idempotency_key: "x".repeat(101) }],
        [{ amount: 200 }, { "idempotency-key": "x".repeat(101) }],
        [{ amount: 200 }, { "x-socket-id": "undefined" }],
        [new URLSearchParams("amount=200"), { "content-type": "multipart/form-data" }],
      ];
      for (const [body, headers] of wrong) {
        const answer = await ana.post(bids, body, headers);
        assertEquals([answer.status, answer.body.code], [422, "invalid"], JSON.stringify(body));
      }
      const long = await ana.post(bids, { amount: 200, note: "x".repeat(100_000) });
      assertEquals([long.status, long.body.code], [413, "too_large"]);
      assertEquals((await ana.get("/auctions/%00")).status, 422);
      assertEquals((await ana.post("/login", { email: "\0", password: "x" })).status, 422);
      assertEquals((await ana.get(`/auctions/${lot}/changes?since=1e0`)).status, 422);
      assertEquals((await ana.get(`/auctions/${lot}`)).body.data.bid_count, 0);
      assertEquals((await ana.get("/auctions/none")).status, 404);
      assertEquals((await ana.get("/nowhere")).status, 404);
      assertEquals((await ana.get(`/auctions/${lot}/changes?since=x`)).status, 422);
      assertEquals((await ana.post(`/auctions/${lot}/start`)).status, 403);
    });
  });
}

stories("SQLite", () => ({}), false);

const skip = await withoutServices();
let services: TestServices | undefined;
describe("with services", { skip }, () => {
  beforeAll(async () => void (services = await startTestServices()));
  afterAll(() => services?.stop());
  stories("PostgreSQL", () => ({ APPLICATION_DATABASE: services?.postgres ?? "" }), skip);
  stories("PostgreSQL, with its queue in Redis", () => ({
    APPLICATION_DATABASE: services?.postgres ?? "",
    APPLICATION_QUEUE: services?.redis ?? "",
  }), skip);
});
