import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { Buffer } from "node:buffer";
import { MAX_BODY_BYTES, openLane } from "./http.ts";
import { openHttpLine } from "./http_line.ts";

const TEXT = JSON.stringify({ channels: {} });
const BOMB = gzipSync(Buffer.alloc(256 * 1024 * 1024, "a"), { level: 9 });
const ANSWERS: Readonly<Record<string, readonly [coding: string, body: Uint8Array]>> = {
  "/plain": ["identity", Buffer.from(TEXT)],
  "/gzip": ["gzip", gzipSync(TEXT)],
  "/deflate": ["Deflate", deflateSync(TEXT)],
  "/br": ["br", brotliCompressSync(TEXT)],
  "/wrong": ["gzip", Buffer.from(TEXT)],
  "/bomb": ["gzip", BOMB],
};

/** A server whose answers are compressed, though nobody asked for it; `ask` reads one with each of both clients. */
async function compressing(
  use: (ask: (path: string) => Promise<{ body: string; isCut?: true }>[]) => Promise<void>,
) {
  await using served = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (asked) => {
      const [coding = "", body = Buffer.alloc(0)] = ANSWERS[new URL(asked.url).pathname] ?? [];
      return new Response(new Uint8Array(body), { headers: { "content-encoding": coding } });
    },
  );
  const origin = new URL(`http://127.0.0.1:${served.addr.port}`);
  const lane = openLane(origin);
  const byLine = async (path: string) => {
    const line = await openHttpLine(origin);
    try {
      await line.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
      return await line.answer("GET", 10_000);
    } finally {
      line.close();
    }
  };
  try {
    await use((target) => [
      lane.send({ method: "GET", target, headers: {}, body: "" }, 10_000),
      byLine(target),
    ]);
  } finally {
    lane.close();
  }
}

describe("an answer that is compressed", () => {
  for (const path of ["/plain", "/gzip", "/deflate", "/br"]) {
    it(`is read (${path})`, () =>
      compressing(async (ask) => {
        for (const answer of ask(path)) assertEquals((await answer).body, TEXT);
      }));
  }

  it("is no answer where it is not what its head says", () =>
    compressing(async (ask) => {
      for (const answer of ask("/wrong")) {
        await assertRejects(() => answer, Error, "the body is not gzip, as its head says");
      }
    }));

  it("is inflated as far as answers are read, and no further", () =>
    compressing(async (ask) => {
      assert(BOMB.length < MAX_BODY_BYTES / 10);
      const before = Deno.memoryUsage().rss;
      for (const answer of ask("/bomb")) {
        const { body, isCut } = await answer;
        assertEquals([body.slice(0, 3), isCut], ["aaa", true]);
      }
      const grown = Deno.memoryUsage().rss - before;
      assert(grown < 8 * MAX_BODY_BYTES, `it grew by ${grown} bytes`);
    }));
});
