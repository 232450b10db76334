import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { OpenTarget } from "./open_target.ts";
import { whyDown } from "./health.ts";

const targetAt = (port: number) =>
  ({
    target: { settlesMs: 20_000 },
    apps: { main: { id: "app-id", key: "app-key", secret: "app-secret", settings: {} } },
    apiUrl: `http://127.0.0.1:${port}`,
    websocketUrl: `ws://127.0.0.1:${port}`,
    ways: { websocket: {}, api: {} },
    clockOffsetMs: 0,
  }) as unknown as OpenTarget; // no more of it is asked

/** What is said of a server that tells every new client this before it closes. */
async function whyDownAfter(message: unknown): Promise<string | undefined> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      if (!request.headers.has("upgrade")) return Response.json({});
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => {
        socket.send(JSON.stringify(message));
        socket.close();
      };
      return response;
    },
  );
  return await whyDown(targetAt(server.addr.port));
}

/** What is said of a server that answers every new client with this status. */
async function whyDownWith(status: number): Promise<string | undefined> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      request.headers.has("upgrade") ? new Response("no", { status }) : Response.json({}),
  );
  return await whyDown(targetAt(server.addr.port));
}

describe("a server", () => {
  it("that tells a new client to come later is up", async () => {
    assertEquals(await whyDownWith(429), undefined);
  });

  it("that has no room for a new client is up", async () => {
    const full = (code: number) => ({ event: "pusher:error", data: { code, message: "full" } });
    assertEquals(await whyDownAfter(full(4004)), undefined);
    assertEquals(await whyDownAfter(full(4100)), undefined);
    assertEquals(
      await whyDownAfter(full(4200)),
      'a new client was greeted with {"event":"pusher:error","data":{"code":4200,"message":"full"}}',
    );
  });

  it("that answers its API and turns every new client away is down", async () => {
    assertEquals(await whyDownWith(503), "a new client was answered with HTTP 503");
    assertEquals(await whyDownWith(200), "a new client was answered with HTTP 200");
  });
});
