import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { signChannel, signWebhook } from "../wire/signature.ts";
import { loadTarget } from "../../targets/file.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import { BREAKS } from "./breaks.ts";
import type { Message } from "./message.ts";
import { type Proxy, startProxy, type Upstream } from "./proxy.ts";
import { call, visit } from "./visitor.ts";
import type { App } from "./world.ts";

/** The reference server behind a proxy, and a receiver for its webhooks. */
let proxy: Proxy;
let server: ServerProcess;
let apps: Readonly<Record<string, App>>;
const webhooks: { request: IncomingMessage; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("error", () => {});
  request.on("data", (chunk) => body += chunk);
  request.on("end", () => {
    response.end("{}");
    webhooks.push({ request, body });
    receiver.emit("webhook");
  });
});

beforeAll(async () => {
  const file = fromFileUrl(new URL("../../targets/reference.yaml", import.meta.url));
  const target = await loadTarget(file, { started: true });
  apps = target.apps;
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  // A server that listens on TCP has an address and a port.
  const { port } = receiver.address() as AddressInfo;
  const upstream = Promise.withResolvers<Upstream>();
  proxy = await startProxy({
    upstream: upstream.promise,
    apps: Object.values(apps),
    breaks: [],
    forwardWebhooksTo: new URL(`http://127.0.0.1:${port}/webhooks`),
  });
  server = await startServer(target, String(proxy.webhookUrl));
  upstream.resolve(server.endpoints);
});

afterAll(async () => {
  await proxy.close();
  await server.stop();
  receiver.close();
});

/** Puts a break of the library in force. */
function broken(name: string): void {
  const found = BREAKS.find((entry) => entry.name === name);
  assert(found, `there is no break called ${name}`);
  webhooks.length = 0;
  proxy.use([found]);
}

function app(name = "main"): App {
  const found = apps[name];
  assert(found, `the reference server has no app called ${name}`);
  return found;
}

function guest(name?: string) {
  return visit(proxy, app(name));
}

/** Publishes to the main app. */
function publish(body: Record<string, unknown>) {
  return call(proxy, app(), "/events", { body: { data: "{}", ...body } });
}

function eventNames(messages: readonly Message[]): string[] {
  return messages.map(({ event }) => event);
}

async function firstWebhook(name: string) {
  while (true) {
    const found = webhooks.find(({ body }) => body.includes(name));
    if (found) return found;
    await once(receiver, "webhook");
  }
}

describe("a reference server whose faults are staged", () => {
  it("admits with a forged signature, and delivers", async () => {
    broken("signature-unchecked");
    const eve = await guest();
    const auth = `${app().key}:${"0".repeat(64)}`;
    eve.send("pusher:subscribe", { data: { channel: "private-forged", auth } });
    await eve.next("pusher_internal:subscription_succeeded");
    await publish({ name: "secret", channel: "private-forged" });
    await eve.next("secret");
  });

  it("admits one socket with another's signature, and no other forgery", async () => {
    broken("signature-for-another-socket-admitted");
    const [ana, eve] = [await guest(), await guest()];
    const channel = "private-borrowed";
    const forged = `${app().key}:${"0".repeat(64)}`;
    eve.send("pusher:subscribe", { data: { channel, auth: forged } });
    await eve.next("pusher:error");
    const borrowed = signChannel(app(), ana.socketId, channel);
    eve.send("pusher:subscribe", { data: { channel, auth: borrowed } });
    await eve.next("pusher_internal:subscription_succeeded");
  });

  it("admits to a presence channel who does not say who he is", async () => {
    broken("member-unnamed-admitted");
    const eve = await guest();
    eve.send("pusher:subscribe", { data: { channel: "presence-unnamed", auth: "x:y" } });
    await eve.next("pusher_internal:subscription_succeeded");
  });

  it("serves an app that does not exist", async () => {
    broken("unknown-key-accepted");
    const socket = await visit(proxy, { ...app(), key: "no-such-key" });
    assertMatch(socket.socketId, /^\d+\.\d+$/);
  });

  it("lets a connection in beyond the quota", async () => {
    broken("quota-not-enforced");
    const within = await Promise.all(Array.from({ length: 5 }, () => guest("quota")));
    const beyond = await guest("quota");
    assertEquals(beyond.socketId, "1234.5678");
    for (const { socket } of [...within, beyond]) socket.terminate();
  });

  it("executes what was signed an hour ago, and nothing else that is wrong", async () => {
    const query = { auth_timestamp: String(Math.floor(Date.now() / 1000) - 3600) };
    proxy.use([]);
    assertEquals((await call(proxy, app(), "/channels", { query })).status, 401);
    broken("api-timestamp-unchecked");
    assertEquals((await call(proxy, app(), "/channels", { query })).status, 200);
    const otherKey = { ...app(), key: "other" };
    assertEquals((await call(proxy, otherKey, "/channels")).status, 401);
  });

  it("executes one app's request with another's credentials", async () => {
    broken("api-tenants-mixed");
    const thief = { ...app("second"), id: app().id };
    assertEquals((await call(proxy, thief, "/channels")).status, 200);
  });

  it("delivers to the socket that was excluded", async () => {
    broken("exclusion-ignored");
    const ana = await guest();
    await ana.subscribe("excluded");
    await publish({ name: "echo", channel: "excluded", socket_id: ana.socketId });
    await ana.next("echo");
  });

  it("publishes a batch last to first", async () => {
    broken("batch-reversed");
    const ana = await guest();
    await ana.subscribe("batched");
    const batch = ["one", "two", "three"].map((name) => ({ name, data: "", channel: "batched" }));
    const answer = await call(proxy, app(), "/batch_events", { body: { batch } });
    assertEquals(answer.status, 200);
    await ana.next("one");
    assertEquals(eventNames(ana.received).slice(-3), ["three", "two", "one"]);
  });

  it("leaks events to sockets that are not subscribed", async () => {
    broken("events-to-everybody");
    const [ana, eve] = [await guest(), await guest()];
    await ana.subscribe("orders");
    await publish({ name: "leaked", channel: "orders" });
    await eve.next("leaked");
  });

  it("relays client events for an app that has them switched off", async () => {
    broken("client-events-always-on");
    const [ana, bob] = [await guest("quiet"), await guest("quiet")];
    await ana.subscribe("presence-quiet", "ana");
    await bob.subscribe("presence-quiet", "bob");
    ana.send("client-wave", { channel: "presence-quiet", data: { hand: "left" } });
    const wave = await bob.next("client-wave");
    assertEquals([wave["data"], wave["user_id"]], ['{"hand":"left"}', "ana"]);
  });

  it("relays a client event with the sender's own claims", async () => {
    broken("client-events-relayed-as-sent");
    const [ana, bob] = [await guest(), await guest()];
    await ana.subscribe("presence-claims", "ana");
    await bob.subscribe("presence-claims", "bob");
    ana.send("client-wave", { channel: "presence-claims", data: {}, user_id: "bob", extra: 1 });
    const wave = await bob.next("client-wave");
    assertEquals([wave["user_id"], wave["extra"]], ["bob", 1]);
  });

  it("sends the cached event to everybody when one more joins", async () => {
    broken("cached-event-to-everybody");
    const ana = await guest();
    await ana.subscribe("cache-news");
    await publish({ name: "headline", channel: "cache-news" });
    await ana.next("headline");
    const bob = await guest();
    await bob.subscribe("cache-news");
    await bob.next("headline");
    await ana.next("headline");
  });

  it("keeps no event, and reports none missing", async () => {
    broken("cache-channels-ordinary");
    const [ana, bob] = [await guest(), await guest()];
    await ana.subscribe("cache-forgetful");
    await publish({ name: "forgotten", channel: "cache-forgetful" });
    await bob.subscribe("cache-forgetful");
    await publish({ name: "heard", channel: "cache-forgetful" });
    await bob.next("heard");
    assertEquals(eventNames(bob.received).slice(-2), [
      "pusher_internal:subscription_succeeded",
      "heard",
    ]);
  });

  it("announces a member again for his second connection", async () => {
    broken("member-added-for-every-tab");
    const ana = await guest();
    await ana.subscribe("presence-tabs", "ana");
    for (const tab of [await guest(), await guest()]) {
      await tab.subscribe("presence-tabs", "bob");
      const added = await ana.next("pusher_internal:member_added");
      assertEquals(JSON.parse(String(added["data"])).user_id, "bob");
    }
  });

  it("announces that a member has left with the first of his connections", async () => {
    broken("member-removed-with-every-tab");
    const [ana, tab, otherTab] = [await guest(), await guest(), await guest()];
    await ana.subscribe("presence-leaving", "ana");
    await tab.subscribe("presence-leaving", "bob");
    await otherTab.subscribe("presence-leaving", "bob");
    tab.socket.close();
    await ana.next("pusher_internal:member_removed");
  });

  it("admits a stranger to a user's own channel, and delivers there", async () => {
    broken("user-channels-open");
    const [ana, eve] = [await guest(), await guest()];
    await ana.signIn("ana-of-the-channel");
    await ana.subscribe("#server-to-user-ana-of-the-channel");
    await eve.subscribe("#server-to-user-ana-of-the-channel");
    await publish({ name: "private", channel: "#server-to-user-ana-of-the-channel" });
    await eve.next("private");
  });

  it("falls over a message that is not JSON, and takes everybody along", async () => {
    broken("malformed-json-fatal");
    const [ana, eve] = [await guest(), await guest()];
    eve.socket.send("{");
    assertEquals((await once(ana.socket, "close"))[0], 1006);
  });

  it("signs its webhooks wrongly", async () => {
    broken("webhook-signature-wrong");
    const ana = await guest("hooked");
    await ana.subscribe("hooked-wrong");
    const { request, body } = await firstWebhook("hooked-wrong");
    assertNotEquals(request.headers["x-pusher-signature"], signWebhook(app("hooked").secret, body));
  });

  it("signs rightly what it tells wrongly", async () => {
    broken("webhook-channel-occupied-without-channel");
    const ana = await guest("hooked");
    await ana.subscribe("hooked-nameless");
    const { request, body } = await firstWebhook("channel_occupied");
    assertEquals(request.headers["x-pusher-signature"], signWebhook(app("hooked").secret, body));
    assertEquals(JSON.parse(body).events, [{ name: "channel_occupied" }]);
  });

  it("sends a webhook that nothing has given rise to", async () => {
    broken("webhook-vacated-early");
    const [ana, bob] = [await guest("hooked"), await guest("hooked")];
    await ana.subscribe("hooked-shared");
    await bob.subscribe("hooked-shared");
    bob.send("pusher:unsubscribe", { data: { channel: "hooked-shared" } });
    const { body } = await firstWebhook("channel_vacated");
    assertEquals(JSON.parse(body).events[0].channel, "hooked-shared");
  });
});
