import { assert, assertEquals } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { number, openDatabase } from "./database.ts";
import { createChange } from "./changes.ts";
import { broadcastMetrics } from "./metrics/broadcast.ts";
import { createOutbox } from "./outbox.ts";
import { createPresence } from "./presence/presence.ts";
import { createUsers } from "./users.ts";
import { openStage, type Person, type TestStage } from "./testing/stage.ts";
import { startTestServices, type TestServices, withoutServices } from "./testing/services.ts";

/** A private or presence channel, as the person hears it. */
async function hearing(stage: TestStage, person: Person, channel: string) {
  const socket = await stage.server.connect();
  const signed = await person.post("/broadcasting/auth", {
    socket_id: socket.socketId,
    channel_name: channel,
  });
  assertEquals(signed.status, 200, channel);
  socket.send({ event: "pusher:subscribe", data: { channel, ...signed.body } });
  await socket.next("pusher_internal:subscription_succeeded");
  return {
    async next(event: string) {
      return JSON.parse((await socket.next(event)).data ?? "");
    },
  };
}

/** The same stories on every database and queue. */
function stories(title: string, environment: () => Record<string, string>, skip: string | false) {
  describe(`the portal on ${title}`, { skip }, () => {
    let stage: TestStage;
    let staff: Person;
    let cem: Person;
    let eve: Person;
    beforeAll(async () => {
      stage = await openStage({ APPLICATION_METRICS_SECONDS: "0.05", ...environment() });
      [staff, cem, eve] = await Promise.all([
        stage.person("staff"),
        stage.person("customer"),
        stage.person("customer"),
      ]);
    });
    afterAll(() => stage?.stop());

    it("tells a client of his invoice, its status, the activity and a notification", async () => {
      const client = await hearing(stage, cem, `private-client.${cem.id}`);
      const admin = await hearing(stage, staff, "private-admin");
      const inbox = await hearing(stage, cem, `private-users.${cem.id}`);
      const invoice = { client_id: cem.id, number: "2026-17", total: 12_500, memo: "pays late" };
      assertEquals((await cem.post("/invoices", invoice)).status, 403);
      const made = await staff.post("/invoices", invoice);
      assertEquals(made.status, 201);
      const { id } = made.body.data;
      const told = await client.next("InvoiceCreated");
      assertEquals([told.invoice_id, told.invoice_number, told.total], [id, "2026-17", 12_500]);
      assertEquals((await staff.post(`/invoices/${id}/transitions`, { to: "sent" })).status, 200);
      for (const one of [client, admin]) {
        const changed = await one.next("InvoiceStatusChanged");
        assertEquals([changed.invoice_id, changed.status, changed.version], [id, "sent", 2]);
      }
      assertEquals((await client.next("ActivityFeedUpdated")).type, "invoice.created");
      assertEquals((await client.next("ActivityFeedUpdated")).version, 2);
      const notice = await inbox.next("notification.received");
      assertEquals([notice.title, notice.unread], ["A new invoice", 1]);
      assertEquals((await cem.get(`/invoices/${id}`)).body.data.memo, undefined);
      assertEquals((await eve.get(`/invoices/${id}`)).status, 404);
    });

    it("has a feed for all, a client and a project, each for those it concerns", async () => {
      const project = (await staff.post("/projects", { client_id: eve.id, name: "A house" }))
        .body.data.id;
      const heard = await hearing(stage, eve, `private-project.${project}`);
      await staff.post(`/projects/${project}/transitions`, { to: "active" });
      await eve.post(`/projects/${project}/comments`, { text: "Faster, please" });
      const file = (await eve.post(`/projects/${project}/files`, { name: "plan.pdf" })).body.data;
      assertEquals(
        (await eve.post(`/projects/${project}/transitions`, { to: "done" })).status,
        403,
      );
      assertEquals((await heard.next("ProjectUpdated")).status, "active");
      assertEquals((await heard.next("CommentAdded")).text, "Faster, please");
      assertEquals((await heard.next("FileUploaded")).file_id, file.id);
      const feed = async (who: Person, query: string) => {
        const { status, body } = await who.get(`/api/sync/activities${query}`);
        return status === 200
          ? body.data.activities.map(({ type }: { type: string }) => type)
          : status;
      };
      const all = ["file.uploaded", "comment.added", "project.active"];
      assertEquals(await feed(eve, `?project_id=${project}`), all);
      assertEquals(await feed(eve, `?client_id=${eve.id}`), all);
      assertEquals(await feed(staff, "?limit=3"), all);
      assertEquals(await feed(eve, ""), 403);
      assertEquals(await feed(eve, `?client_id=${cem.id}`), 403);
      assertEquals(await feed(cem, `?project_id=${project}`), 403);
      assertEquals(await feed(staff, "?limit=0"), 422);
    });

    it("notifies one, many or a role, in both formats, and counts what is unread", async () => {
      const [otto, olga] = [await stage.person("officer"), await stage.person("officer")];
      const title = "Stage Changed";
      const ways: readonly [body: Record<string, unknown>, to: readonly Person[]][] = [
        [{ recipient_type: "role", recipient_role: "officer", title, message: "m" }, [otto, olga]],
        [{ recipient_type: "user", recipient_id: otto.id, title, message: "m" }, [otto]],
        [{ recipient_type: "users", recipient_ids: [otto.id, olga.id], title, message: "m" }, [
          otto,
          olga,
        ]],
        [{ to: "admin", title, body: "m" }, [otto, olga, staff]],
        [{ to: otto.id, title, body: "m" }, [otto]],
        [{ to: [otto.id, otto.id, olga.id], title, body: "m" }, [otto, olga]],
      ];
      const unread = async (who: Person) => (await who.get("/notifications")).body.data.unread;
      for (const [body, to] of ways) {
        const before = await Promise.all(to.map(unread));
        assertEquals((await staff.post("/notifications", body)).status, 201);
        assertEquals(await Promise.all(to.map(unread)), before.map((count) => count + 1));
      }
      const inbox = await hearing(stage, otto, `private-App.Models.User.${otto.id}`);
      const { notifications: [first], unread: count } =
        (await otto.get("/notifications")).body.data;
      const read = `/notifications/${first.id}/read`;
      const taps = await Promise.all([1, 2, 3].map(() => otto.post(read)));
      assertEquals(taps.map(({ status }) => status).sort(), [200, 409, 409]);
      let told = await inbox.next("NotificationRead");
      assertEquals([told.notification_id, told.unread], [first.id, count - 1]);
      assertEquals((await olga.post(read)).status, 404);
      await staff.post("/notifications", { to: otto.id, title, body: "again" });
      do told = await inbox.next("NotificationReceived"); while (told.message !== "again");
      assertEquals(told.unread, count);
      for (
        const body of [
          { to: "admin", title },
          { recipient_type: "role", recipient_role: "king", title, message: "m" },
          { to: "admin", title, body: "m", action_url: "https://elsewhere.example" },
          { to: "admin", title, body: "m", action_url: "//elsewhere.example" },
        ]
      ) assertEquals((await staff.post("/notifications", body)).status, 422);
      assertEquals((await cem.post("/notifications", ways[0]?.[0])).status, 403);
    });

    it("knows who is online and who looks at what, and tells of coming and going", async () => {
      const heard = await hearing(stage, eve, "presence-presence.online");
      const online = async (who: Person, query = "") =>
        (await who.get(`/api/sync/online-users${query}`)).body.data.users
          .filter(({ id }: { id: string }) => id === cem.id);
      await cem.post("/api/sync/heartbeat", { location: "Projects" });
      await cem.post("/api/sync/heartbeat");
      const came = await heard.next("UserPresenceChanged");
      assertEquals([came.user_id, came.status, came.location], [cem.id, "online", undefined]);
      const resource = { resource_type: "client", resource_id: cem.id };
      const query = `?resource_type=client&resource_id=${cem.id}`;
      assertEquals((await eve.post("/api/sync/start-viewing", resource)).status, 404);
      assertEquals((await cem.post("/api/sync/start-viewing", resource)).status, 200);
      assertEquals((await online(staff, query))[0].viewing, { type: "client", id: cem.id });
      assertEquals((await eve.get(`/api/sync/online-users${query}`)).status, 404);
      assertEquals(Object.keys((await online(eve))[0]).sort(), ["id", "last_seen_at", "name"]);
      await cem.post("/api/sync/stop-viewing");
      assertEquals(await online(staff, query), []);
      assertEquals((await online(staff))[0].location, "Projects");
      await cem.post("/logout");
      const went = await heard.next("UserPresenceChanged");
      assertEquals([went.user_id, went.status], [cem.id, "offline"]);
      assert(went.version > came.version);
      assertEquals(await online(staff), []);
    });

    it("tells metrics while somebody listens, computed from what there is", async () => {
      const read = async () => (await staff.get("/api/metrics")).body.data;
      const before = await read();
      assertEquals(before.version, 0, "nobody has listened");
      const dashboard = await hearing(stage, staff, "private-admin.dashboard");
      assertEquals((await eve.get("/api/metrics")).status, 403);
      await stage.order(eve);
      await eve.post("/api/sync/heartbeat");
      const { id } = (await staff.post("/invoices", {
        client_id: eve.id,
        number: "2026-18",
        total: 700,
      })).body.data;
      for (const to of ["sent", "paid"]) await staff.post(`/invoices/${id}/transitions`, { to });
      let told = await dashboard.next("metrics.updated");
      while (told.revenue_today === before.revenue_today) {
        told = await dashboard.next("metrics.updated");
      }
      assertEquals(told.revenue_today, before.revenue_today + 700);
      assertEquals(told.orders_last_hour, before.orders_last_hour + 1);
      assert(told.active_users >= 1 && told.server_cpu >= 0 && told.server_cpu <= 100);
      const next = await dashboard.next("metrics.updated");
      assertEquals(next.version, told.version + 1);
    });
  });
}

stories("SQLite", () => ({}), false);

const skip = await withoutServices();
let services: TestServices | undefined;
describe("with services", { skip }, () => {
  beforeAll(async () => void (services = await startTestServices()));
  afterAll(() => services?.stop());
  stories("PostgreSQL, with its queue in Redis", () => ({
    APPLICATION_DATABASE: services?.postgres ?? "",
    APPLICATION_QUEUE: services?.redis ?? "",
  }), skip);
});

/** A change on a database of its own, which sends nothing; and how many events it has written. */
async function alone() {
  const database = await openDatabase("sqlite::memory:");
  const outbox = createOutbox(database, () => Promise.resolve());
  const clock = { ms: 1_000_000 };
  const change = createChange(database, outbox, () => Promise.resolve(), () => clock.ms);
  const told = async () =>
    number((await database.all("SELECT count(*) AS n FROM realtime_events"))[0]?.["n"]);
  return { database, clock, change, told };
}

describe("somebody whose heartbeat stops", () => {
  it("is offline when his time is over, which is told once", async () => {
    const { database, clock, change, told } = await alone();
    const users = createUsers(database, true);
    const ana = await users.add({ email: "a", name: "Ana", role: "bidder" }, "x");
    const presence = createPresence(database, change, 60_000, () => clock.ms);
    const caller = { userId: ana?.id ?? "", socketId: null, idempotencyKey: null };
    await presence.heartbeat(caller, "Projects");
    clock.ms += 60_000;
    await presence.expire();
    assertEquals([(await presence.online()).length, await told()], [1, 1]);
    clock.ms += 1;
    assertEquals((await presence.online()).length, 0, "also before it is swept");
    await Promise.all([presence.expire(), presence.expire()]);
    assertEquals(await told(), 2);
    await presence.heartbeat(caller, undefined);
    assertEquals([(await presence.online())[0]?.location, await told()], [null, 3]);
    await database.close();
  });
});

describe("metrics", () => {
  it("are neither computed nor told when nobody listens", async () => {
    const { database, change, told } = await alone();
    const metrics = { revenue_today: 0, active_users: 0, orders_last_hour: 0, server_cpu: 0 };
    let computed = 0;
    let asked = 0;
    let isHeard = false;
    const settled = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stop = broadcastMetrics(
      change,
      () => {
        computed += 1;
        settled[1]?.resolve();
        return Promise.resolve(metrics);
      },
      () => {
        asked += 1;
        if (asked === 5) settled[0]?.resolve();
        return Promise.resolve(isHeard);
      },
      1,
    );
    await settled[0]?.promise;
    assertEquals([computed, await told()], [0, 0]);
    isHeard = true;
    await settled[1]?.promise;
    await stop();
    assertEquals([computed > 0, await told() > 0], [true, true]);
    await database.close();
  });
});
