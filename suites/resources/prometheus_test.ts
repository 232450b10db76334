import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { prometheusSource } from "./prometheus.ts";

async function withPage(
  answer: () => Response,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  try {
    await use(`http://user:password@127.0.0.1:${server.addr.port}/metrics`);
  } finally {
    await server.shutdown();
  }
}

const quiet = () => {};

describe("an endpoint of Prometheus's", () => {
  const text = 'connections{kind="ws"} 12\nconnections{kind="http"} 3\nlag NaN\n';
  const queries = { ws: 'connections{kind="ws"}', lag: "lag", heap: "heap_bytes" };

  it("gives what was asked for by name, and says what it does not have", async () => {
    await withPage(() => new Response(text), async (url) => {
      const source = prometheusSource({ url, queries });
      assertEquals(await source.read(quiet), { queries: { ws: 12 } });
      assertEquals(
        source.describe(),
        `Prometheus's metrics at ${new URL(url).host}/metrics, which has no heap_bytes`,
      );
    });
  });

  it("that fails has no figures", async () => {
    await withPage(() => new Response("busy", { status: 503 }), async (url) => {
      await assertRejects(() => prometheusSource({ url, queries }).read(quiet), Error, "503");
    });
  });

  it("that never ends is left", async () => {
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(1 << 20).fill(0x23)),
        }),
      );
    await withPage(endless, async (url) => {
      await assertRejects(() => prometheusSource({ url, queries }).read(quiet), Error);
    });
  });
});
