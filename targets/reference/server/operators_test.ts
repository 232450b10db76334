import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHealthGate } from "./health.ts";
import { startProcess } from "./testing/process.ts";
import { startTestServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";

/** The value of each series of a page of metrics. */
async function scrape(port: number | undefined): Promise<ReadonlyMap<string, number>> {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const end = line.lastIndexOf(" ");
    return [line.slice(0, end), Number(line.slice(end + 1))];
  }));
}

describe("metrics", () => {
  for (const workers of [1, 2]) {
    it(`are on a port of their own, summed over ${workers} of the server's threads`, async () => {
      const metrics = { host: "127.0.0.1", port: 0 };
      const server = await startTestServer({}, { workers, metrics });
      const sockets = await Promise.all(Array.from({ length: 8 }, () => server.connect()));
      for (const socket of sockets) {
        socket.subscribe("orders");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      await server.enter(sockets[0]!, "presence-room", { user_id: "ana" }); // eight were opened
      sockets[1]?.subscribe("private-orders", { auth: "app-key:wrong" });
      await sockets[1]?.next("pusher:error");
      await server.api.trigger("orders", "Shipped", {});
      await Promise.all(sockets.map((socket) => socket.next("Shipped")));

      const before = await scrape(server.running.metricsPort);
      const value = (series: string) => before.get(`plumbline_${series}`);
      assertEquals(value('connections{app="app-id"}'), 8);
      assertEquals(value('channels{app="app-id",kind="public"}'), 1);
      assertEquals(value('subscriptions{app="app-id",kind="public"}'), 8);
      assertEquals(value('subscriptions{app="app-id",kind="presence"}'), 1);
      assertEquals(value('messages_received_total{app="app-id"}'), 10);
      // Each was greeted, subscribed and told of the event; one entered a room, one was refused.
      assertEquals(value('messages_sent_total{app="app-id"}'), 8 * 3 + 2);
      assertEquals(value('events_published_total{app="app-id"}'), 1);
      assertEquals(value('authentication_failures_total{app="app-id",of="channel"}'), 1);
      assert(value("event_loop_lag_seconds_count") !== undefined);

      for (const socket of sockets) socket.ws.close();
      await Promise.all(sockets.map(({ closed }) => closed));
      const done = 'plumbline_connections{app="app-id"}';
      while ((await scrape(server.running.metricsPort)).get(done) !== 0);
      const after = await scrape(server.running.metricsPort);
      assertEquals(after.get('plumbline_channels{app="app-id",kind="public"}'), 0);
      assertEquals(after.get('plumbline_subscriptions{app="app-id",kind="public"}'), 0);
      await server.stop();
    });
  }

  it("say before anything ends that it ends, for balancers", async () => {
    const server = await startTestServer({}, { metrics: { host: "127.0.0.1", port: 0 } });
    const up = `http://127.0.0.1:${server.running.metricsPort}/up`;
    const before = await fetch(up);
    server.running.closeDoor();
    const after = await fetch(up);
    assertEquals([before.status, after.status], [200, 503]);
    await Promise.all([before.body?.cancel(), after.body?.cancel()]);
    await server.stop();
  });
});

describe("a server that is started with --debug", () => {
  for (const workers of [1, 2]) {
    it(`logs connections, subscriptions and messages, and no signature (${workers})`, async () => {
      const server = await startProcess(["--debug"], { REVERB_SERVER_WORKERS: String(workers) });
      const socket = openSocket(server.url);
      await socket.established();
      socket.subscribe("orders");
      await socket.next("pusher_internal:subscription_succeeded");
      socket.subscribe("private-orders", { auth: "app-key:0badc0de" });
      await socket.next("pusher:error");
      server.kill("SIGTERM");
      const { code, errors } = await server.ended;
      assertEquals(code, 0);
      const lines = errors.trim().split("\n").map((line) => JSON.parse(line));
      const said = (message: string) => lines.filter((line) => line.message === message);
      assertEquals(said("connectionOpened")[0]?.socketId, socket.socketId);
      assertEquals(said("subscribed")[0]?.channel, "orders");
      assertEquals(said("subscriptionRefused")[0]?.channel, "private-orders");
      assertStringIncludes(said("subscriptionRefused")[0]?.reason, "auth");
      assertEquals(said("messageReceived").length, 2);
      assert(said("messageSent").length >= 3);
      assertEquals(said("connectionClosed")[0]?.code, 4200);
      assertEquals(said("ending").length, 1);
      assert(!errors.includes("0badc0de") && !errors.includes("app-secret"));
    });
  }
});

describe("the health check", () => {
  it("is answered twenty times a second to one address, and 429 beyond", async () => {
    const server = await startTestServer();
    const { host, port } = server.running;
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => {
      const response = await fetch(`http://${host}:${port}/up`);
      await response.body?.cancel();
      return response.status;
    }));
    assert(statuses.filter((status) => status === 200).length >= 20);
    assert(statuses.includes(429));
    await server.stop();
  });

  it("counts each address alone, and forgets after a second", () => {
    const mayAsk = createHealthGate();
    const answers = Array.from({ length: 21 }, () => mayAsk("a", 0));
    assertEquals(answers.filter(Boolean).length, 20);
    assert(mayAsk("b", 0));
    assert(!mayAsk("a", 999));
    assert(mayAsk("a", 1000));
  });
});
