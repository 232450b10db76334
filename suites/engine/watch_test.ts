import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { OpenTarget } from "./open_target.ts";
import { watchServer } from "./watch.ts";

const error = (code: number) => ({ event: "pusher:error", data: { code, message: "closed" } });
const GREETING = {
  event: "pusher:connection_established",
  data: JSON.stringify({ socket_id: "1.1", activity_timeout: 30 }),
};

const targetAt = (port: number) =>
  ({
    apps: { main: { id: "app-id", key: "app-key", secret: "app-secret", settings: {} } },
    websocketUrl: `ws://127.0.0.1:${port}`,
    ways: { websocket: {}, api: {} },
  }) as unknown as OpenTarget; // no more of it is asked

/** What is seen of a server that greets the sentinel, closes it, and tells the next one this. */
async function seenOf(then: unknown): Promise<string> {
  const seen = Promise.withResolvers<string>();
  let connections = 0;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      const isFirst = ++connections === 1;
      socket.onopen = () => socket.send(JSON.stringify(isFirst ? GREETING : then));
      if (isFirst) setTimeout(() => socket.close(), 50);
      return response;
    },
  );
  const watch = await watchServer(targetAt(server.addr.port), {
    died: (how) => seen.resolve(how),
    lineCut: () => seen.resolve("the line was cut"),
  });
  try {
    return await seen.promise;
  } finally {
    watch.stop();
  }
}

describe("the sentinel, whose connection was lost,", () => {
  it("takes a server for dead that tells it at once that it shuts down", async () => {
    assertStringIncludes(await seenOf(error(4200)), "a fresh one was told");
  });

  it("takes a server for alive that greets it again, or has no room", async () => {
    assertEquals(await seenOf(GREETING), "the line was cut");
    assertEquals(await seenOf(error(4004)), "the line was cut");
  });
});

describe("the sentinel of a server that answers no ping of the protocol", () => {
  it("waits for it in vain once, and goes by the answers of RFC 6455 then", async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.onopen = () => socket.send(JSON.stringify(GREETING));
        return response;
      },
    );
    const watch = await watchServer(targetAt(server.addr.port), { died() {}, lineCut() {} });
    const times = [];
    for (let n = 0; n < 2; n++) {
      const began = performance.now();
      await watch.confirm();
      times.push(performance.now() - began);
    }
    watch.stop();
    const [first = 0, second = 0] = times;
    assert(second < first / 2, `${first} ms, then ${second} ms`);
  });
});
