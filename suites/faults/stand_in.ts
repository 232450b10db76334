/** A small target for the proxy's own tests: `ws` and `node:http` on one free port. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Address } from "./proxy.ts";
import { type WebSocket, WebSocketServer } from "ws";

export interface StandIn {
  readonly websocket: Address;
  readonly api: Address;
  close(): Promise<void>;
}

/** Listens, and hands every WebSocket and every request to the given functions. */
export async function startStandIn(behaviour: {
  onSocket?(socket: WebSocket, handshake: IncomingMessage): void;
  onRequest?(request: IncomingMessage, response: ServerResponse): void;
}): Promise<StandIn> {
  const server = createServer((request, response) => behaviour.onRequest?.(request, response));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, handshake) => {
    socket.on("error", () => {});
    behaviour.onSocket?.(socket, handshake);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    websocket: addressOf(server),
    api: addressOf(server),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressOf(server: Server): Address {
  // A server that listens on TCP has an address and a port.
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}
