import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import net, { type AddressInfo } from "node:net";
import { openLane } from "./http.ts";
import { headOf, openHttpLine } from "./http_line.ts";

const REFUSAL = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/** More than any system keeps for a reader who does not come. */
const LARGE = "x".repeat(8_000_000);

/** Refuses every request by its head, and closes without reading on. */
async function withRefusing(
  attempt: (origin: URL, closed: Promise<void>) => Promise<void>,
): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const server = net.createServer((socket) => {
    socket.on("close", () => closed.resolve());
    socket.on("error", () => {}); // what was not read resets it
    socket.once("data", () => socket.end(REFUSAL, () => socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  await attempt(new URL(`http://127.0.0.1:${port}`), closed.promise);
  await new Promise((resolve) => server.close(resolve));
}

describe("an answer that comes before the request was read", () => {
  const request = { method: "POST", target: "/", headers: {} };

  it("is had, whatever becomes of the rest of the request", () =>
    withRefusing(async (origin) => {
      const lane = openLane(origin);
      const { status } = await lane.send({ ...request, body: LARGE }, 10_000);
      lane.close();
      assertEquals(status, 413);
    }));

  it("is had on a bare line too", () =>
    withRefusing(async (origin, closed) => {
      const line = await openHttpLine(origin);
      await line.write(headOf({ ...request, headers: { "content-length": "8000000" } }, origin));
      await closed;
      const piece = new TextEncoder().encode("a piece");
      // The first tells that nobody is there, and the second meets it.
      await Promise.all([line.write(piece), line.write(piece), line.write(piece)]);
      const { status } = await line.answer("POST", 10_000);
      line.close();
      assertEquals(status, 413);
    }));
});
