/** A forward proxy as companies have them: it takes CONNECT (RFC 9110 §9.3.6) and nothing else. */
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import type { Listening } from "./servers.ts";

export interface ForwardProxy extends Listening {
  /** What it was asked to connect to, each time. */
  readonly asked: readonly string[];
}

/** Connects to this machine whatever host is named; `credentials` are `user:password` that it asks for. */
export async function forwardProxy(credentials?: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  const lines = new Set<net.Socket>();
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request, client: net.Socket) => {
    asked.push(request.url ?? "");
    client.on("error", () => {});
    const wanted = credentials === undefined ? undefined : `Basic ${btoa(credentials)}`;
    if (wanted !== undefined && request.headers["proxy-authorization"] !== wanted) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const line = net.connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.pipe(line).pipe(client);
    });
    for (const one of [client, line]) {
      lines.add(one);
      one.on("close", () => {
        lines.delete(one);
        (one === client ? line : client).destroy();
      });
    }
    line.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port,
    asked,
    close: () => {
      for (const line of lines) line.destroy();
      server.close();
    },
  };
}
