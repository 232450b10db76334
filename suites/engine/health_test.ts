import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { OpenTarget } from "../../targets/open.ts";
import { whyDown } from "./health.ts";

/** What is said of a server that answers every new client with this status. */
async function whyDownWith(status: number): Promise<string | undefined> {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      request.headers.has("upgrade") ? new Response("no", { status }) : Response.json({}),
  );
  const address = `127.0.0.1:${server.addr.port}`;
  const main = { id: "app-id", key: "app-key", secret: "app-secret", settings: {} };
  return await whyDown({
    apps: { main },
    apiUrl: `http://${address}`,
    websocketUrl: `ws://${address}`,
  } as unknown as OpenTarget); // no more of it is asked
}

describe("a server", () => {
  it("that tells a new client to come later is up", async () => {
    assertEquals(await whyDownWith(429), undefined);
  });

  it("that answers its API and turns every new client away is down", async () => {
    assertEquals(await whyDownWith(503), "a new client was answered with HTTP 503");
    assertEquals(await whyDownWith(200), "a new client was answered with HTTP 200");
  });
});
