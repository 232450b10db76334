import { assert, assertEquals, assertRejects } from "@std/assert";
import http from "node:http";
import net from "node:net";
import { describe, it } from "@std/testing/bdd";
import { MAX_BODY_BYTES, openLane } from "./http.ts";

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

  it("sends a request once, also where a kept connection ends without an answer", async () => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url ?? "");
      request.resume().on(
        "end",
        () => request.url === "/fatal" ? request.socket.destroy() : response.end(),
      );
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert(typeof address === "object" && address);
    const lane = openLane(new URL(`http://127.0.0.1:${address.port}`));
    const ask = (target: string) =>
      lane.send({ method: "POST", target, headers: {}, body: "a=1" }, 10_000);
    await ask("/fine");
    await assertRejects(() => ask("/fatal"));
    await ask("/fine");
    lane.close();
    await new Promise((resolve) => server.close(resolve));
    assertEquals(asked, ["/fine", "/fatal", "/fine"]);
  });

  it("gives a kept connection up that is not used, before the server does", async () => {
    const ended = Promise.withResolvers<void>();
    let connections = 0;
    const server = net.createServer((socket) => {
      connections++;
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
      socket.on("end", ended.resolve);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert(typeof address === "object" && address);
    const lane = openLane(new URL(`http://127.0.0.1:${address.port}`));
    for (const target of ["/one", "/two"]) {
      await lane.send({ method: "GET", target, headers: {}, body: "" }, 10_000);
    }
    assertEquals(connections, 1);
    await ended.promise;
    await lane.send({ method: "GET", target: "/three", headers: {}, body: "" }, 10_000);
    lane.close();
    await new Promise((resolve) => server.close(resolve));
    assertEquals(connections, 2);
  });

  it("reads a long answer whole, and of one that is longer than any the beginning", async () => {
    await using served = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      ({ url }) => new Response("x".repeat(MAX_BODY_BYTES + (url.endsWith("/longer") ? 1 : 0))),
    );
    const lane = openLane(new URL(`http://127.0.0.1:${served.addr.port}`));
    const ask = (target: string) =>
      lane.send({ method: "GET", target, headers: {}, body: "" }, 10_000);
    const [long, longer] = [await ask("/long"), await ask("/longer")];
    lane.close();
    assertEquals([long.body.length, long.isCut], [MAX_BODY_BYTES, undefined]);
    assertEquals([longer.body.length, longer.isCut], [4 * 1024, true]);
  });
});
