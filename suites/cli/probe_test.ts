/**
 * What a wrong target file, or a server that is none, ends in: one sentence with its remedy, within
 * six seconds, and nothing judged.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { freePort, type ServerProcess, startServer } from "../../targets/start.ts";
import { plumbline, type Ran, root, withFolder } from "./testing.ts";

const TLS = fromFileUrl(new URL("../../targets/reference/server/testing/tls", import.meta.url));
const WITHIN_MS = 6000;
const ONE = ["--scenario", "auth/private/signed-for-another-socket"];
const NOBODY = "http://127.0.0.1:9/nobody";

interface Place {
  readonly scheme?: "http" | "https";
  readonly host?: string;
  readonly port: number;
  readonly ca?: string;
}
interface Settings {
  readonly websocket: Place;
  readonly api: Place;
  readonly key?: string;
  readonly id?: string;
  readonly secret?: string;
}

const place = ({ scheme = "http", host = "127.0.0.1", port, ca }: Place) =>
  JSON.stringify({ scheme, host, port, ...(ca ? { ca } : {}) });

/** Runs `check` with a target file of these settings. */
async function checkWith(
  { websocket, api, key = "app-key", id = "app-id", secret = "app-secret" }: Settings,
  scenarios: readonly string[] = ONE,
): Promise<Ran & { readonly record: readonly Record<string, unknown>[] }> {
  return await withFolder(async (folder) => {
    const file = join(folder, "target.yaml");
    await Deno.writeTextFile(
      file,
      `name: test
title: A server
websocket: ${place(websocket)}
api: ${place(api)}
ordering: kept
apps: { main: ${JSON.stringify({ id, key, secret })} }
`,
    );
    const out = join(folder, "out");
    const ran = await plumbline(["check", "--target", file, ...scenarios, "--out", out]);
    const text = await Deno.readTextFile(join(out, "record.jsonl"));
    const record = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const err = ran.err.replaceAll(file, "FILE").replace(/:\d{4,5}\b/g, ":PORT");
    return { ...ran, err, record };
  });
}

/** The run said one sentence after its head, exited with this code, and judged nothing. */
async function endsWith(
  settings: Settings,
  code: number,
  sentence: string | RegExp,
): Promise<void> {
  const ran = await checkWith(settings);
  const [, ...said] = ran.err.trimEnd().split("\n");
  assertEquals(said.length, 1, ran.err);
  if (typeof sentence === "string") assertEquals(said[0], sentence);
  else assertMatch(said[0] ?? "", sentence);
  assertEquals(ran.code, code, ran.err);
  assertEquals(ran.record.filter(({ line }) => line === "verdict"), []);
  const finish = ran.record.at(-1);
  assertEquals(finish?.exitCode, code);
  // Without the time that the command needs to start, which a busy machine makes long.
  assert(Number(finish?.durationMs) < WITHIN_MS, `${finish?.durationMs} ms`);
}

/** A server of one kind on a free port, gone at the end. */
type Listening = { readonly port: number; close(): Promise<void> | void };

const html = (): Listening => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () =>
      new Response("<!doctype html><h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
  );
  return { port: server.addr.port, close: () => server.shutdown() };
};

/** Accepts every connection and says nothing. */
const silent = (): Listening => {
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
const greeting = (text = GREETING): Listening => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (!request.headers.has("upgrade")) return Response.json({ channels: {} });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => text !== "" && socket.send(text);
    return response;
  });
  return { port: server.addr.port, close: () => server.shutdown() };
};

async function against<T extends Listening>(
  server: T,
  use: (port: number) => Promise<void>,
): Promise<void> {
  try {
    await use(server.port);
  } finally {
    await server.close();
  }
}

describe("a target that cannot be reached ends with 3", () => {
  it("nothing listens, at either endpoint", async () => {
    await against(greeting(), async (port) => {
      const closed = { port: freePort() };
      await endsWith(
        { websocket: { port }, api: closed },
        3,
        "Nothing listens at http://127.0.0.1:PORT: start the server there, or correct api.host and api.port in FILE.",
      );
      await endsWith(
        { websocket: closed, api: { port } },
        3,
        "Nothing listens at ws://127.0.0.1:PORT: start the server there, or correct websocket.host and websocket.port in FILE.",
      );
    });
  });

  it("the host is unknown", async () => {
    const nowhere = { host: "plumbline.invalid", port: 8080 };
    await endsWith(
      { websocket: nowhere, api: nowhere },
      3,
      "The host of http://plumbline.invalid:PORT is unknown: correct api.host in FILE.",
    );
  });

  it("somebody accepts and says nothing, at either endpoint or with TLS", async () => {
    await against(greeting(), async (port) => {
      await against(silent(), async (mute) => {
        const says = (key: string) =>
          `127.0.0.1:PORT accepts connections and says nothing within 3000 ms: see whether the server there is well, or correct ${key}.port in FILE.`;
        await endsWith({ websocket: { port }, api: { port: mute } }, 3, says("api"));
        await endsWith({ websocket: { port: mute }, api: { port } }, 3, says("websocket"));
        const secure = { scheme: "https", port: mute } as const;
        await endsWith({ websocket: secure, api: secure }, 3, says("api"));
      });
    });
  });

  it("a web site answers, at either endpoint", async () => {
    await against(greeting(), async (port) => {
      await against(html(), async (site) => {
        await endsWith(
          { websocket: { port }, api: { port: site } },
          3,
          "http://127.0.0.1:PORT answers with HTML (HTTP 200), so it is no Pusher API: correct api.host, api.port and api.path in FILE.",
        );
        await endsWith(
          { websocket: { port: site }, api: { port } },
          3,
          "ws://127.0.0.1:PORT refuses WebSocket connections (HTTP 200, HTML): correct websocket.host, websocket.port and websocket.path in FILE.",
        );
      });
    });
  });

  it("a WebSocket server of another kind greets, or none does", async () => {
    await against(greeting('{"type":"welcome"}'), async (port) => {
      await endsWith(
        { websocket: { port }, api: { port } },
        3,
        'ws://127.0.0.1:PORT greets with {"type":"welcome"}, so it is no Pusher server: correct websocket.host, websocket.port and websocket.path in FILE.',
      );
    });
    await against(greeting(""), async (port) => {
      await endsWith(
        { websocket: { port }, api: { port } },
        3,
        "ws://127.0.0.1:PORT accepts WebSocket connections and greets nobody within 3000 ms: correct websocket.host, websocket.port and websocket.path in FILE.",
      );
    });
  });
});

describe("a wrong setting ends with 2", () => {
  let server: ServerProcess;
  let port: number;
  beforeAll(async () => {
    const target = await loadTarget(join(root, "targets", "reference.yaml"), { started: true });
    server = await startServer(target, NOBODY);
    port = server.endpoints.api.port;
  });
  afterAll(() => server.stop("SIGKILL"));

  it("the scheme says TLS, and the port speaks plain HTTP", async () => {
    const plain = { scheme: "http", port } as const;
    const secure = { scheme: "https", port } as const;
    const says = (key: string) =>
      `127.0.0.1:PORT speaks plain HTTP, and ${key}.scheme in FILE says https: make it http.`;
    await endsWith({ websocket: plain, api: secure }, 2, says("api"));
    await endsWith({ websocket: secure, api: plain }, 2, says("websocket"));
  });

  it("the scheme says plain HTTP, and the port speaks TLS", async () => {
    await against(secureServer(), async (secure) => {
      const says = (key: string) =>
        `127.0.0.1:PORT speaks TLS, and ${key}.scheme in FILE says http: make it https.`;
      await endsWith({ websocket: { port }, api: { port: secure } }, 2, says("api"));
      await endsWith({ websocket: { port: secure }, api: { port } }, 2, says("websocket"));
    });
  });

  it("an authority that is not trusted, is the wrong one, or cannot be read", async () => {
    await against(secureServer(), async (port) => {
      const at = (ca?: string) => {
        const place = { scheme: "https", port, ...(ca ? { ca } : {}) } as const;
        return { websocket: place, api: place };
      };
      await endsWith(
        at(),
        2,
        'https://127.0.0.1:PORT shows a certificate of an authority that is not trusted here: name the authority\'s PEM file as "ca:" of api in FILE.',
      );
      await endsWith(
        at(join(TLS, "nothing.pem")),
        2,
        /"ca:" in FILE names cannot be read .* correct it\.$/,
      );
    });
  });

  it("the certificate is for another host", async () => {
    await against(secureServer(), async (port) => {
      const other = {
        scheme: "https",
        host: "127.0.0.2",
        port,
        ca: join(TLS, "authority.pem"),
      } as const;
      await endsWith(
        { websocket: other, api: other },
        2,
        "The certificate of https://127.0.0.2:PORT is for another host: correct api.host in FILE, or give the server a certificate for this one.",
      );
    });
  });

  it("the key", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, key: "another" },
      2,
      /^Wrong key, or .* apps\.main\.key in FILE\.$/,
    );
  });

  it("the app id", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, id: "another" },
      2,
      /^Wrong app id, or .* apps\.main\.id in FILE\.$/,
    );
  });

  it("the secret", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, secret: "another" },
      2,
      /^Wrong secret, or this server refuses right signatures: .* apps\.main\.secret in FILE\.$/,
    );
  });

  it("and where another door proves the secret right, the run goes on and judges", async () => {
    await against(forwarding(port, { spoilsSignatures: true }), async (api) => {
      const { code, err, record } = await checkWith(
        { websocket: { port }, api: { port: api } },
        ["--scenario", "api/signature/*"],
      );
      assertEquals(code, 1, err);
      assertStringIncludes(err, "GET /channels was refused with right settings: HTTP 401");
      const failed = record.filter(({ line, verdict }) => line === "verdict" && verdict === "fail");
      assert(failed.length > 0, err);
    });
  });

  it("and what an endpoint lacks fails once, where it is demanded", async () => {
    await against(forwarding(port, { lacks: "/batch_events" }), async (api) => {
      const { record, err } = await checkWith(
        { websocket: { port }, api: { port: api } },
        ["--scenario", "api/batch/*"],
      );
      const [probe] = record.filter(({ line }) => line === "probe");
      assertStringIncludes(JSON.stringify(probe), '"batchEvents":{"state":"absent"');
      assertMatch(err, /not offered: .*POST \/batch_events/);
    });
  });
});

/** A server with TLS, whose certificate is for localhost and 127.0.0.1. */
function secureServer(): Listening {
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
function forwarding(
  to: number,
  { spoilsSignatures = false, lacks }: { spoilsSignatures?: boolean; lacks?: string },
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
