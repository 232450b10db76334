/** The path of one node to the broker that its nodes share: a TCP relay that fails as networks do. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { delay } from "@std/async";

export interface Path {
  /** Where the node is to find what it leads to. */
  readonly host: string;
  readonly port: number;
  /** From now on all takes so long, each way, in milliseconds. */
  slow(ms: number): void;
  /** Half-open: lines that are open swallow what is sent, and nobody is told; new ones are as ever. */
  forget(): void;
  /** Resets every line, and every new one until it is mended. */
  cut(): void;
  /** Neither slow nor cut any more. What a line has swallowed stays lost. */
  mend(): void;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Listens on a free port of this machine. Rejects when it cannot. */
export async function openPath(
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Path> {
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
    const far = keep(connect({ host, port, noDelay: true }));
    pass(near, far);
    pass(far, near);
  });
  const listening = Promise.withResolvers<void>();
  listener.once("error", listening.reject);
  listener.listen(0, HOST, listening.resolve);
  await listening.promise;
  const address = listener.address() as AddressInfo; // a TCP server that listens has one
  return {
    host: HOST,
    port: address.port,
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
