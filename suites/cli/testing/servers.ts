/** Small servers on free ports, each wrong in one way. */
import { fromFileUrl, join } from "@std/path";

export const TLS = fromFileUrl(
  new URL("../../../targets/reference/server/testing/tls", import.meta.url),
);

/** A server of one kind on a free port, gone at the end. */
export type Listening = { readonly port: number; close(): Promise<void> | void };

export const html = (): Listening => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () =>
      new Response("<!doctype html><h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
  );
  return { port: server.addr.port, close: () => server.shutdown() };
};

/** Accepts every connection and says nothing. */
export const silent = (): Listening => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const lines: Deno.Conn[] = [];
  (async () => {
    for await (const line of listener) lines.push(line);
  })();
  return {
    port: listener.addr.port,
    close: () => {
      for (const line of lines) line.close();
      listener.close();
    },
  };
};

const GREETING = JSON.stringify({
  event: "pusher:connection_established",
  data: JSON.stringify({ socket_id: "1.1", activity_timeout: 120 }),
});

/** Opens WebSockets and says this on each, or nothing where it is empty; its API answers as one of Pusher's does. */
export const greeting = (text = GREETING): Listening => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (!request.headers.has("upgrade")) return Response.json({ channels: {} });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => text !== "" && socket.send(text);
    return response;
  });
  return { port: server.addr.port, close: () => server.shutdown() };
};

export async function against<T extends Listening>(
  server: T,
  use: (port: number) => Promise<void>,
): Promise<void> {
  try {
    await use(server.port);
  } finally {
    await server.close();
  }
}

/** A server with TLS, whose certificate is for localhost and 127.0.0.1. */
export function secureServer(): Listening {
  const server = Deno.serve({
    hostname: "0.0.0.0",
    port: 0,
    cert: Deno.readTextFileSync(join(TLS, "server.cert.pem")),
    key: Deno.readTextFileSync(join(TLS, "server.key.pem")),
    onListen: () => {},
  }, () => Response.json({}));
  return { port: server.addr.port, close: () => server.shutdown() };
}

/** The API of a server with one thing wrong. */
export function forwarding(
  to: number,
  { spoilsSignatures = false, lacks }: {
    readonly spoilsSignatures?: boolean;
    readonly lacks?: string;
  },
): Listening {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const url = new URL(request.url);
      if (lacks !== undefined && url.pathname.endsWith(lacks)) {
        return new Response("not found", { status: 404 });
      }
      if (spoilsSignatures) url.searchParams.set("auth_signature", "0".repeat(64));
      const { method, headers } = request;
      const body = method === "POST" ? await request.arrayBuffer() : null;
      return await fetch(`http://127.0.0.1:${to}${url.pathname}${url.search}`, {
        method,
        headers,
        body,
      });
    },
  );
  return { port: server.addr.port, close: () => server.shutdown() };
}
