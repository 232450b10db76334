/** The line from an application to the server it broadcasts through, which can be cut for a while. */
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface Line {
  /** Where the application finds the server. */
  readonly host: string;
  readonly port: number;
  /** Resets every connection, and every new one until it is mended. */
  cut(): void;
  mend(): void;
  /** Resolves when a connection is reset as it is opened, while the line is cut. */
  refusal(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free loopback port and passes bytes on, both ways. */
export async function openLine(server: { host: string; port: number }): Promise<Line> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let refused = Promise.withResolvers<void>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => {}); // the close that follows ends the other half
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const listener = createServer({ noDelay: true }, (near) => {
    keep(near);
    if (isCut) {
      near.resetAndDestroy();
      refused.resolve();
      refused = Promise.withResolvers();
      return;
    }
    const far = keep(connect({ ...server, noDelay: true }));
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  const { port } = listener.address() as AddressInfo; // a TCP server that listens has one
  return {
    host: "127.0.0.1",
    port,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend: () => void (isCut = false),
    refusal: () => refused.promise,
    close: async () => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
