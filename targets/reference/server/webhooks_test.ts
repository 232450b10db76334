import { assert, assertEquals } from "@std/assert";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import Pusher from "pusher";
import { startTestServer, type TestServer } from "./testing/server.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./testing/webhook_receiver.ts";

describe("webhooks", () => {
  let receiver: WebhookReceiver;
  let server: TestServer;
  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(async () => {
    await server.stop();
    await receiver.stop();
  });
  const eventsOf = () => receiver.requests.flatMap(({ events }) => events);

  it("are signed so that the official library accepts them (P-275 to P-280)", async () => {
    server = await startTestServer({ webhooks: [{ url: receiver.url }] });
    const socket = await server.connect();
    socket.subscribe("orders");
    const { headers, rawBody, events } = await receiver.whenNamed("channel_occupied");
    assertEquals(events, [{ name: "channel_occupied", channel: "orders" }]);
    const webhook = server.api.webhook({ headers: { ...headers }, rawBody });
    assert(webhook.isValid());
    assert(Number.isInteger(webhook.getTime().getTime()));
    const stranger = new Pusher({ appId: "1", key: "app-key", secret: "other", cluster: "x" });
    assert(!stranger.webhook({ headers: { ...headers }, rawBody }).isValid());
  });

  it("tell of coming, whispering and going, in that order (P-284 to P-289, P-292)", async () => {
    server = await startTestServer({
      webhooks: [{ url: receiver.url }],
      vacatedDelaySeconds: 0,
    });
    const channel = "presence-room";
    const socket = await server.connect();
    const signed = server.api.authorizeChannel(socket.socketId, channel, { user_id: "ana" });
    socket.subscribe(channel, { ...signed });
    socket.send({ event: "client-hello", channel, data: "hi" });
    await socket.settled();
    socket.ws.close();
    await receiver.whenNamed("channel_vacated");
    assertEquals(eventsOf(), [
      { name: "channel_occupied", channel },
      { name: "member_added", channel, user_id: "ana" },
      {
        name: "client_event",
        channel,
        event: "client-hello",
        data: "hi",
        socket_id: socket.socketId,
        user_id: "ana",
      },
      { name: "member_removed", channel, user_id: "ana" },
      { name: "channel_vacated", channel },
    ]);
  });

  it("say nothing of who comes back within the delay (P-288)", async () => {
    server = await startTestServer({
      webhooks: [{ url: receiver.url, events: ["channel_occupied", "channel_vacated"] }],
      vacatedDelaySeconds: 0.3,
    });
    const socket = await server.connect();
    const again = { event: "pusher:unsubscribe", data: { channel: "orders" } };
    for (let round = 0; round < 5; round++) {
      socket.subscribe("orders");
      socket.send(again);
    }
    socket.subscribe("fence");
    await socket.settled();
    await receiver.whenNamed("channel_vacated");
    assertEquals(
      eventsOf().filter(({ channel }) => channel === "orders").map(({ name }) => name),
      ["channel_occupied", "channel_vacated"],
    );
  });

  it("are tried again, slower each time, until accepted (P-281)", async () => {
    server = await startTestServer({
      webhooks: [{ url: receiver.url, events: ["channel_occupied"] }],
      webhookRetry: { initialMs: 20 },
    });
    receiver.answers.push(500, 404, 302);
    const socket = await server.connect();
    socket.subscribe("orders");
    await receiver.until((requests) => requests.length === 4);
    const [first, second, third, fourth] = receiver.requests.map(({ at }) => at);
    assertEquals(new Set(receiver.requests.map(({ rawBody }) => rawBody)).size, 1);
    assert(first !== undefined && second !== undefined && third !== undefined);
    assert(fourth !== undefined && fourth - third >= 79 && second - first >= 19);
  });

  it("come one event to a request, or gathered where that is asked for (P-277, P-283)", async () => {
    const batched = await startWebhookReceiver();
    server = await startTestServer({
      webhooks: [{ url: receiver.url }, { url: batched.url, batch: true }],
    });
    const socket = await server.connect();
    for (let index = 0; index < 25; index++) socket.subscribe(`orders-${index}`);
    await batched.until((requests) => requests.flatMap(({ events }) => events).length === 25);
    assertEquals(batched.requests.map(({ events }) => events.length), [20, 5]);
    await receiver.until((requests) => requests.length === 25);
    assert(receiver.requests.every(({ events }) => events.length === 1));
    await batched.stop();
  });

  it("do not delay channel events when their endpoint is silent (P-293)", async () => {
    server = await startTestServer({ webhooks: [{ url: receiver.url }] });
    receiver.answers.push(...Array.from({ length: 50 }, () => 0));
    const socket = await server.connect();
    for (let index = 0; index < 50; index++) socket.subscribe(`orders-${index}`);
    await receiver.until((requests) => requests.length > 0);
    await server.api.trigger("orders-49", "sold", "{}");
    await socket.next("sold");
  });

  it("tell of a cache miss once for many who miss together (P-153, P-290)", async () => {
    server = await startTestServer({ webhooks: [{ url: receiver.url }] });
    const sockets = await Promise.all(Array.from({ length: 10 }, () => server.connect()));
    for (const socket of sockets) socket.subscribe("cache-prices");
    for (const socket of sockets) await socket.next("pusher:cache_miss");
    await receiver.whenNamed("cache_miss");
    assertEquals(eventsOf().filter(({ name }) => name === "cache_miss"), [
      { name: "cache_miss", channel: "cache-prices" },
    ]);
  });

  it("tell how many are subscribed, where that is on (P-291)", async () => {
    server = await startTestServer({
      webhooks: [{ url: receiver.url, events: ["subscription_count"] }],
      subscriptionCount: true,
    });
    const socket = await server.connect();
    socket.subscribe("orders");
    const { events } = await receiver.whenNamed("subscription_count");
    assertEquals(events, [
      { name: "subscription_count", channel: "orders", subscription_count: 1 },
    ]);
  });
});
