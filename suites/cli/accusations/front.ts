/** A TCP relay in front of a server, for what goes wrong beneath frames and requests. */
import { Buffer } from "node:buffer";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import type { Address } from "../../faults/proxy.ts";

export interface FrontOptions {
  /** How long the server takes to notice that a connection was cut, or closed without a word. */
  readonly noticesCutsAfterMs?: number;
  /** What answers a request whose head it is, before its body is read; the line is closed then. */
  readonly refuses?: (head: string) => string | undefined;
  /** Most bytes the server writes at once; what it says comes in as many pieces. */
  readonly pieceBytes?: number;
}

/** Listens at the server's own host, on a free port unless one is named. */
export async function openFront(
  upstream: Address,
  { noticesCutsAfterMs = 0, refuses, pieceBytes = Infinity }: FrontOptions,
  at = 0,
): Promise<Address & { close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const later = (act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, noticesCutsAfterMs);
    timers.add(timer);
  };
  const server = createServer({ noDelay: true }, (client) => {
    keep(client);
    const target = keep(connect(upstream));
    client.on("data", (bytes: Buffer) => {
      const refusal = refuses?.(bytes.toString("latin1"));
      if (refusal === undefined) return target.write(bytes);
      client.end(refusal, () => client.destroy());
      target.destroy();
    });
    target.on("data", (bytes: Buffer) => {
      for (let at = 0; at < bytes.length && client.writable; at += pieceBytes) {
        client.write(bytes.subarray(at, at + pieceBytes));
      }
    });
    target.on("close", () => client.end());
    client.on("close", () => later(() => target.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(at, upstream.host, resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    host: upstream.host,
    port,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
