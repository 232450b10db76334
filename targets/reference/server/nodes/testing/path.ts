/**
 * The path from one node to its Redis, to which a test does what networks do. The server's tests share
 * no code with what the server is tried by, which has a path of its own.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { delay } from "@std/async";

export interface Path {
  /** Where the node is to find its Redis. */
  readonly url: string;
  /** All takes so long from now on, each way. */
  slow(ms: number): void;
  /** Half-open: lines that are open swallow what is sent, and nobody is told; new ones are as ever. */
  forget(): void;
  /** Resets every line, and every new one until it is mended. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openPath(redis: { readonly url: string }): Promise<Path> {
  const { hostname, port } = new URL(redis.url);
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let delayMs = 0;
  let isCut = false;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on("error", () => {}); // the close that follows ends the other half
    socket.on("close", () => sockets.delete(socket));
    return socket;
  }
  /** Passes on what comes, in its order, each part as late as it was when the part came. */
  function pass(from: Socket, to: Socket): void {
    let passed = Promise.resolve();
    from.on("data", (bytes) => {
      const due = performance.now() + delayMs;
      passed = passed.then(async () => {
        const left = due - performance.now();
        if (left > 0) await delay(left);
        if (!forgotten.has(from) && !to.destroyed) to.write(bytes);
      });
    });
    from.on("close", () => {
      if (!forgotten.has(from)) to.destroy();
    });
  }
  const listener = createServer({ noDelay: true }, (near) => {
    keep(near);
    if (isCut) return void near.resetAndDestroy();
    const far = keep(connect({ host: hostname, port: Number(port), noDelay: true }));
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `redis://127.0.0.1:${address.port}`,
    slow: (ms) => void (delayMs = ms),
    forget: () => {
      for (const socket of sockets) forgotten.add(socket);
    },
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend: () => {
      isCut = false;
      delayMs = 0;
    },
    async close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
