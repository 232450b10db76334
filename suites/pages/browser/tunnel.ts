/**
 * The line of a browser: an HTTP proxy of the kind that browsers send WebSockets through (CONNECT,
 * RFC 9110, 9.3.6), which can be cut and mended. Nothing is read of what passes.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Tunnel {
  readonly port: number;
  /** Ends every connection; new ones wait. */
  cut(how: "reset" | "close"): void;
  /** Lets those that wait through. Resolves when the first of them is connected. */
  mend(): Promise<void>;
  close(): void;
}

const HEAD_END = "\r\n\r\n";

/** Opens it on a free port of this machine. */
export async function openTunnel(): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let connected = Promise.withResolvers<void>();

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // it closes, which is enough to know
  };

  async function serve(browser: Socket, authority: string): Promise<void> {
    await gate.promise;
    if (browser.destroyed) return;
    const { hostname, port } = new URL(`http://${authority}`);
    const server = connect(Number(port) || 80, hostname.replace(/^\[|\]$/g, ""));
    keep(server);
    server.on("connect", () => {
      browser.write(`HTTP/1.1 200 Connection established${HEAD_END}`);
      browser.pipe(server).pipe(browser);
      connected.resolve();
    });
    server.on("close", () => browser.destroy());
    browser.on("close", () => server.destroy());
  }

  const listener = createServer((browser) => {
    keep(browser);
    browser.once("data", (head) => {
      const [, authority] = /^CONNECT (\S+) HTTP/.exec(head.toString("latin1")) ?? [];
      if (authority === undefined) browser.destroy();
      else void serve(browser, authority);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port, // it listens on a port
    cut(how) {
      gate = Promise.withResolvers();
      connected = Promise.withResolvers();
      for (const socket of [...sockets]) {
        if (how === "reset") socket.resetAndDestroy();
        else socket.destroy();
      }
    },
    async mend() {
      gate.resolve();
      await connected.promise;
    },
    close() {
      gate.resolve();
      for (const socket of [...sockets]) socket.destroy();
      listener.close();
    },
  };
}
