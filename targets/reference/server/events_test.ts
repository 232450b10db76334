import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { combine, type EventName, type Listeners, type WebhookOutcome } from "./events.ts";
import { startRedis, withoutRedis } from "./nodes/testing/redis.ts";
import { startTestServer } from "./testing/server.ts";
import { startWebhookReceiver } from "./testing/webhook_receiver.ts";

type Heard = Record<string, unknown>;

/** Keeps what is told, and resolves when something of that name has been. */
function hearing() {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const names: readonly EventName[] = [
    "connectionOpened",
    "connectionRefused",
    "connectionClosed",
    "subscribed",
    "subscriptionRefused",
    "unsubscribed",
    "channelCreated",
    "channelRemoved",
    "messageReceived",
    "messageSent",
    "published",
    "authenticationFailed",
  ];
  const listeners: Listeners = Object.fromEntries(names.map((name) => [name, (details: Heard) => {
    heard.push({ name, ...details });
    for (const look of [...waiting]) look();
  }]));
  const of = (name: EventName) => heard.filter((event) => event["name"] === name);
  const until = (name: EventName, count: number) =>
    new Promise<void>((resolve) => {
      const look = () => of(name).length >= count && resolve();
      waiting.add(look);
      look();
    });
  return { listeners, of, until };
}

const kinds = ["of one thread", "of two threads", "that is one of several nodes"] as const;

/** What makes a server of that kind, and what ends what it stands on. */
async function configOf(kind: typeof kinds[number]) {
  if (kind !== "that is one of several nodes") {
    return { config: { workers: kinds.indexOf(kind) + 1 }, end: async () => {} };
  }
  const redis = await startRedis();
  const scaling = { url: redis.url, channel: "events", leaseMs: 2000 };
  return { config: { scaling }, end: () => redis.kill() };
}

const without = await withoutRedis();

for (const kind of kinds) {
  const suite = kind === "that is one of several nodes" && without ? describe.skip : describe;
  suite(`whoever embeds a server ${kind}`, () => {
    it("hears of connections, subscriptions, messages and refusals, with their details", async () => {
      const { listeners, of, until } = hearing();
      const { config, end } = await configOf(kind);
      const server = await startTestServer({}, config, listeners);
      const app = "app-id";
      const [ana, ben] = [await server.connect(), await server.connect()];
      for (const socket of [ana, ben]) {
        socket.subscribe("orders");
        await socket.next("pusher_internal:subscription_succeeded");
      }
      ben.subscribe("private-orders", { auth: "app-key:wrong" });
      await ben.next("pusher:error");
      await server.api.trigger("orders", "Shipped", "{}", { socket_id: ben.socketId });
      await ana.next("Shipped");
      ben.ws.close();
      ana.send({ event: "pusher:unsubscribe", data: { channel: "orders" } });
      await until("channelRemoved", 1);
      await until("connectionClosed", 1);
      await until("messageSent", 6);

      assertEquals(of("connectionOpened").length, 2);
      assertEquals(of("channelCreated"), [{ name: "channelCreated", app, channel: "orders" }]);
      assertEquals(of("subscribed").map(({ socketId }) => socketId), [ana.socketId, ben.socketId]);
      assertEquals(of("unsubscribed").length, 2);
      assertEquals(of("authenticationFailed").map((event) => event["of"]), ["channel"]);
      assertEquals(of("subscriptionRefused").map(({ channel }) => channel), ["private-orders"]);
      assertEquals(of("published").map(({ event, size }) => [event, size]), [["Shipped", 2]]);
      const broadcasts = of("messageSent").filter(({ channel }) => channel !== undefined);
      const receivers = broadcasts.reduce((sum, { receivers }) => sum + Number(receivers), 0);
      assertEquals(receivers, 1); // all but the one that is left out
      const received = of("messageReceived").filter(({ event }) => event === "pusher:subscribe");
      assert(received.every(({ size }) => Number(size) > 40));
      assertEquals(received.map(({ channel }) => channel), ["orders", "orders", "private-orders"]);
      await server.stop();
      await end();
    });
  });
}

describe("whoever embeds a server that gives somebody up", () => {
  it("hears of a silent client, and of each attempt to deliver a webhook", async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers.push(500);
    const outcomes: WebhookOutcome[] = [];
    const pruned = Promise.withResolvers<string>();
    const delivered = Promise.withResolvers<void>();
    const server = await startTestServer(
      {
        webhooks: [{ url: receiver.url, events: ["channel_occupied"] }],
        webhookRetry: { initialMs: 10, giveUpAfterMs: 5000 },
        activityTimeoutSeconds: 1,
        pingIntervalSeconds: 0.1,
        pongTimeoutSeconds: 0.1,
      },
      {},
      {
        connectionPruned: ({ socketId }) => pruned.resolve(socketId),
        webhook({ outcome }) {
          outcomes.push(outcome);
          if (outcome === "delivered") delivered.resolve();
        },
      },
    );
    const silent = await server.connect();
    silent.subscribe("orders");
    await silent.next("pusher_internal:subscription_succeeded");
    silent.ws.pause();
    await delivered.promise;
    assertEquals(outcomes, ["refused", "delivered"]);
    assertEquals(await pruned.promise, silent.socketId);
    await server.stop();
    await receiver.stop();
  });
});

describe("listeners", () => {
  it("are all called, in turn; a name that nobody has stays undefined", () => {
    const called: string[] = [];
    const both = combine(
      { channelCreated: () => called.push("first") },
      undefined,
      { channelCreated: () => called.push("second") },
    );
    both.channelCreated?.({ app: "a", channel: "c" });
    assertEquals(called, ["first", "second"]);
    assertEquals(both.messageSent, undefined);
  });
});
