import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { openPath, type Path } from "./path.ts";

/** A path to a server that sends back what it gets. */
async function withPath(story: (path: Path) => Promise<void>): Promise<void> {
  const echoing = new Set<Socket>();
  const echo: Server = createServer((socket) => {
    echoing.add(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const { port } = echo.address() as { port: number }; // a TCP server that listens has one
  const path = await openPath({ host: "127.0.0.1", port });
  try {
    await story(path);
  } finally {
    await path.close();
    for (const socket of echoing) socket.destroy();
    await new Promise((resolve) => echo.close(resolve));
  }
}

async function dial({ host, port }: Path): Promise<Socket> {
  const socket = connect({ host, port });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function echoed(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = await once(socket, "data");
  return String(bytes);
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => socket.once("close", () => resolve()));

describe("a path to the broker", () => {
  it("passes on what comes, later when it is slow", () =>
    withPath(async (path) => {
      const line = await dial(path);
      assertEquals(await echoed(line, "one"), "one");
      path.slow(40);
      const began = performance.now();
      assertEquals(await echoed(line, "two"), "two");
      assertGreaterOrEqual(performance.now() - began, 79); // there and back, and a timer may be early
      line.destroy();
    }));

  it("that is half-open swallows what is sent on open lines, and serves new ones", () =>
    withPath(async (path) => {
      const [old, witness] = [await dial(path), await dial(path)];
      await echoed(old, "one");
      await echoed(witness, "one");
      path.forget();
      let heard = "";
      old.on("data", (bytes) => heard += bytes);
      old.write("two");
      const fresh = await dial(path);
      assertEquals(await echoed(fresh, "three"), "three");
      assertEquals([heard, old.destroyed], ["", false]);
      for (const line of [old, witness, fresh]) line.destroy();
    }));

  it("that is cut resets every line and every new one, until it is mended", () =>
    withPath(async (path) => {
      const line = await dial(path);
      await echoed(line, "one");
      const end = closed(line);
      path.cut();
      await end;
      const refused = connect({ host: path.host, port: path.port });
      refused.on("error", () => {});
      await closed(refused);
      path.mend();
      const back = await dial(path);
      assertEquals(await echoed(back, "two"), "two");
      back.destroy();
    }));
});
