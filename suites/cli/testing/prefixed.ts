/** A proxy that has a server under a path prefix, as nginx does with `location /prefix/`. */
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import type { Listening } from "./servers.ts";

/**
 * Hands `{prefix}/…` on to the server at `to` as `/…`, requests and WebSockets alike; answers 404 to
 * everything else.
 */
export async function prefixed(prefix: string, to: number): Promise<Listening> {
  const strip = (url = "") => url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : undefined;
  const server = http.createServer((request, response) => {
    const path = strip(request.url);
    if (path === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { method, headers } = request;
    const onward = http.request(
      { host: "127.0.0.1", port: to, method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("upgrade", (request, socket, head) => {
    const path = strip(request.url);
    if (path === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      return;
    }
    const onward = net.connect(to, "127.0.0.1");
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []
    );
    onward.write([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    for (const one of [socket, onward]) one.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
