import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { openLane } from "./http.ts";

describe("a lane", () => {
  it("gives up a request that is not answered, also on a connection that has served another", async () => {
    const stop = new AbortController();
    const served = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, signal: stop.signal },
      ({ url }) => url.endsWith("/fine") ? new Response("fine") : new Promise<Response>(() => {}),
    );
    const lane = openLane(new URL(`http://127.0.0.1:${served.addr.port}`));
    const ask = (method: string, target: string, body: string) =>
      lane.send({ method, target, headers: {}, body }, 200);
    try {
      assertEquals((await ask("GET", "/fine", "")).status, 200);
      await assertRejects(() => ask("POST", "/silent", "a=1"), Error, "no answer within 200 ms");
    } finally {
      lane.close();
      stop.abort();
    }
  });
});
