/**
 * Between a library and the target: every connection the library opens is dialled by the scenario's
 * own client and passed on frame by frame, so that all that travels is evidence and the line can be
 * cut beneath the library.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Client } from "../client/client.ts";

export interface Bridge {
  readonly host: string;
  readonly port: number;
  close(): void;
}

/** Close codes that a peer may put into a close frame; others only exist as an absence. */
const sendable = (code: number) =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) ||
  (code >= 3000 && code <= 4999);

/** Opens a bridge at a free port for `client`; the library's path and query go on as they are. */
export async function openBridge(client: Client, targetUrl: string): Promise<Bridge> {
  const host = "127.0.0.1";
  const server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  let open = true;
  server.on("upgrade", (request, socket, head) => {
    if (!open) return socket.destroy();
    let accepted: {
      send(data: string | Uint8Array): void;
      end(code: number, reason: string): void;
    };
    client.dial(`${targetUrl}${request.url ?? ""}`, {}, {
      opened: () => {
        const line = client.line;
        sockets.handleUpgrade(request, socket, head, (ws) => {
          accepted = {
            send: (data) => ws.send(data),
            end: (code, reason) => {
              if (sendable(code)) ws.close(code, reason);
              else if (code === 1005) ws.close();
              else ws.terminate();
            },
          };
          ws.on("message", (data, binary) => {
            if (binary) line?.sendBinary(new Uint8Array(data as ArrayBuffer));
            else client.sendText(data.toString());
          });
          ws.on("error", () => ws.terminate());
          ws.on("close", (code) => sendable(code) ? line?.close(code) : line?.close());
        });
      },
      text: (text) => accepted?.send(text),
      binary: (data) => accepted?.send(data),
      ended: (code, reason) => accepted ? accepted.end(code, reason) : socket.destroy(),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    host,
    port,
    close: () => {
      open = false;
      server.close();
      for (const ws of sockets.clients) ws.terminate();
    },
  };
}
