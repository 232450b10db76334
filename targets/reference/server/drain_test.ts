import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import net from "node:net";
import Pusher from "pusher";
import { spread } from "./drain.ts";
import { type ServerProcess, startProcess } from "./testing/process.ts";
import { credentials, startTestServer } from "./testing/server.ts";
import { openSocket } from "./testing/socket.ts";
import { startWebhookReceiver } from "./testing/webhook_receiver.ts";

/** A process of that many threads, whose app tells `hook` of members; runs `story`, then removes it. */
async function withProcess(
  workers: number,
  hook: string,
  story: (server: ServerProcess) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  const webhooks = [{ url: hook, events: ["member_removed", "channel_vacated"] }];
  await Deno.writeTextFile(file, JSON.stringify([{ ...credentials, webhooks }]));
  const server = await startProcess(["--apps", file], {
    REVERB_SERVER_WORKERS: String(workers),
    ...env,
  });
  try {
    await story(server);
  } finally {
    await server.ended;
    await Deno.remove(file);
  }
}

const apiOf = ({ listening }: ServerProcess) =>
  new Pusher({
    appId: credentials.id,
    key: credentials.key,
    secret: credentials.secret,
    host: "127.0.0.1",
    port: String(listening.port),
    useTLS: false,
  });

async function enter(server: ServerProcess, user_id: string) {
  const socket = openSocket(server.url);
  await socket.established();
  const auth = apiOf(server).authorizeChannel(socket.socketId, "presence-room", { user_id });
  socket.subscribe("presence-room", { ...auth });
  await socket.next("pusher_internal:subscription_succeeded");
  return socket;
}

/** A request of which the server has read the head, and half of the body. */
async function halfSent(server: ServerProcess) {
  const body = JSON.stringify({ name: "Last", channel: "orders", data: "{}" });
  const path = "/apps/app-id/events";
  const query = apiOf(server).createSignedQueryString({ method: "POST", path, body });
  const socket = net.connect(server.listening.port, "127.0.0.1");
  let answer = "";
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(answer)));
  const continued = new Promise<void>((resolve) =>
    socket.on("data", (chunk) => {
      answer += chunk;
      if (answer.includes("100 Continue")) resolve();
    })
  );
  socket.write(
    `POST ${path}?${query} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`,
  );
  await continued;
  return { finish: () => socket.write(body), closed };
}

for (const workers of [1, 2]) {
  describe(`SIGTERM to a server of ${workers}`, () => {
    it("sends everybody away with 4200, and tells webhooks of it before it ends", async () => {
      const receiver = await startWebhookReceiver();
      receiver.answers.push(500); // The first is tried again, and the server waits for that too.
      await withProcess(workers, receiver.url, async (server) => {
        const users = ["ana", "ben", "cy", "dan"];
        const sockets = await Promise.all(users.map((user) => enter(server, user)));
        server.kill("SIGTERM");
        const codes = await Promise.all(sockets.map(async ({ closed }) => (await closed).code));
        assertEquals(codes, users.map(() => 4200));
        assertEquals(await server.ended, { code: 0, errors: "" });
        const told = receiver.requests.slice(1).flatMap(({ events }) => events);
        assertEquals(told.map(({ user_id }) => user_id).filter(Boolean).toSorted(), users);
        assertEquals(told.filter(({ name }) => name === "channel_vacated").length, 1);
        assertEquals(told.at(-1)?.name, "channel_vacated"); // nobody is there after it
      });
      await receiver.stop();
    });

    it("takes no new connection, and delivers what was published before", async () => {
      await withProcess(workers, "http://127.0.0.1:9", async (server) => {
        const sockets = await Promise.all(["ana", "ben"].map((user) => enter(server, user)));
        await apiOf(server).trigger("presence-room", "Last", {});
        server.kill("SIGTERM");
        await Promise.all(sockets.map((socket) => socket.next("Last")));
        await Promise.all(sockets.map(({ closed }) => closed));
        assertEquals((await openSocket(server.url).closed).code, 1006);
      }, { REVERB_SERVER_DRAIN_SECONDS: "0.5" });
    });
  });
}

describe("a server that ends", () => {
  it("answers the request that has begun, and closes its line", async () => {
    const server = await startProcess();
    const request = await halfSent(server);
    const socket = openSocket(server.url);
    await socket.established();
    server.kill("SIGTERM");
    await socket.closed;
    request.finish();
    const answer = await request.closed;
    assertStringIncludes(answer, "200 OK");
    assertStringIncludes(answer.toLowerCase(), "connection: close");
    assertEquals(await server.ended, { code: 0, errors: "" });
  });

  it("gives up in time what an endpoint does not take, and says so", async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers.push(...Array(20).fill(500));
    await withProcess(1, receiver.url, async (server) => {
      const socket = await enter(server, "ana");
      const startedAt = performance.now();
      server.kill("SIGTERM");
      await socket.closed;
      const { code, errors } = await server.ended;
      assertLess(performance.now() - startedAt, 1000 + 3000, "the bound that is promised");
      assertEquals(code, 0);
      assertStringIncludes(errors, "before every event was delivered");
    }, { REVERB_SERVER_DRAIN_SECONDS: "1" });
    await receiver.stop();
  });

  it("ends at once on a second signal", async () => {
    const receiver = await startWebhookReceiver();
    receiver.answers.push(...Array(20).fill(500));
    await withProcess(1, receiver.url, async (server) => {
      await enter(server, "ana");
      server.kill("SIGTERM");
      server.kill("SIGTERM"); // the same, passed on by another: it ends nothing
      await receiver.until((requests) => requests.length > 1); // the second attempt, a second later
      server.kill("SIGTERM");
      assertEquals((await server.ended).code, 1);
    }, { REVERB_SERVER_DRAIN_SECONDS: "60" });
    await receiver.stop();
  });

  it("spreads its farewells, so that not all come back in the same instant", async () => {
    const server = await startTestServer();
    const sockets = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
    const closedAt: number[] = [];
    for (const { closed } of sockets) void closed.then(() => closedAt.push(performance.now()));
    await server.running.stop(10_000);
    await Promise.all(sockets.map(({ closed }) => closed));
    const [first = 0, last = 0] = [closedAt.at(0), closedAt.at(-1)];
    assertEquals(closedAt.length, 200);
    assertGreater(last - first, 100); // a thousand a second
  });
});

describe("spread", () => {
  it("is through in the time it has, in order, with everybody once", async () => {
    const all = Array.from({ length: 5000 }, (_, at) => at);
    const called: number[] = [];
    const times = new Set<number>();
    await spread(all, 100, (one) => {
      called.push(one);
      times.add(performance.now());
    });
    assertEquals(called, all);
    assert(times.size > 1);
  });
});
