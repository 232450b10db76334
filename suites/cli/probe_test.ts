/**
 * What a wrong target file, or a server that is none, ends in: one sentence with its remedy, within
 * six seconds, and nothing judged.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { freePort, type ServerProcess, startServer } from "../../targets/start.ts";
import { root } from "./testing.ts";
import {
  against,
  forwarding,
  greeting,
  html,
  secureServer,
  silent,
  TLS,
} from "./testing/servers.ts";
import { checkWith, type Settings } from "./testing/target_file.ts";

const WITHIN_MS = 6000;
const ONE = ["--scenario", "auth/private/signed-for-another-socket"];
const NOBODY = "http://127.0.0.1:9/nobody";

/** The run said one sentence after its head, exited with this code, and judged nothing. */
async function endsWith(
  settings: Settings,
  code: number,
  sentence: string | RegExp,
): Promise<void> {
  const ran = await checkWith(settings, ONE);
  const [, ...said] = ran.err.trimEnd().split("\n");
  assertEquals(said.length, 1, ran.err);
  const [message, errorCode] = said[0]?.split(" [") ?? [];
  if (typeof sentence === "string") assertEquals(message, sentence);
  else assertMatch(message ?? "", sentence);
  assertEquals(errorCode, code === 2 ? "PLB_WRONG_SETTING]" : "PLB_UNREACHABLE]");
  assertEquals(ran.code, code, ran.err);
  assertEquals(ran.record.filter(({ line }) => line === "verdict"), []);
  assertEquals(ran.record.at(-1)?.exitCode, code);
  assert(ran.ms < WITHIN_MS, `${ran.ms} ms`);
}

describe("a target that cannot be reached ends with 3", () => {
  it("nothing listens, at either endpoint", async () => {
    await against(greeting(), async (port) => {
      const closed = { port: freePort() };
      await endsWith(
        { websocket: { port }, api: closed },
        3,
        "Nothing listens at http://127.0.0.1:PORT: start the server there, or correct api.host and api.port in FILE",
      );
      await endsWith(
        { websocket: closed, api: { port } },
        3,
        "Nothing listens at ws://127.0.0.1:PORT: start the server there, or correct websocket.host and websocket.port in FILE",
      );
    });
  });

  it("the host is unknown", async () => {
    const nowhere = { host: "plumbline.invalid", port: 8080 };
    await endsWith(
      { websocket: nowhere, api: nowhere },
      3,
      "The host of http://plumbline.invalid:PORT is unknown: correct api.host in FILE",
    );
  });

  it("somebody accepts and says nothing, at either endpoint or with TLS", async () => {
    await against(greeting(), async (port) => {
      await against(silent(), async (mute) => {
        const says = (key: string) =>
          `127.0.0.1:PORT accepts connections and says nothing within 3000 ms: see whether the server there is well, or correct ${key}.port in FILE`;
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
          "http://127.0.0.1:PORT answers with HTML (HTTP 200), so it is no Pusher API: correct api.host, api.port and api.path in FILE",
        );
        await endsWith(
          { websocket: { port: site }, api: { port } },
          3,
          "ws://127.0.0.1:PORT refuses WebSocket connections (HTTP 200, HTML): correct websocket.host, websocket.port and websocket.path in FILE",
        );
      });
    });
  });

  it("a WebSocket server of another kind greets, or none does", async () => {
    await against(greeting('{"type":"welcome"}'), async (port) => {
      await endsWith(
        { websocket: { port }, api: { port } },
        3,
        'ws://127.0.0.1:PORT greets with {"type":"welcome"}, so it is no Pusher server: correct websocket.host, websocket.port and websocket.path in FILE',
      );
    });
    await against(greeting(""), async (port) => {
      await endsWith(
        { websocket: { port }, api: { port } },
        3,
        "ws://127.0.0.1:PORT accepts WebSocket connections and greets nobody within 3000 ms: correct websocket.host, websocket.port and websocket.path in FILE",
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
      `127.0.0.1:PORT speaks plain HTTP, and ${key}.scheme in FILE says https: make it http`;
    await endsWith({ websocket: plain, api: secure }, 2, says("api"));
    await endsWith({ websocket: secure, api: plain }, 2, says("websocket"));
  });

  it("the scheme says plain HTTP, and the port speaks TLS", async () => {
    await against(secureServer(), async (secure) => {
      const says = (key: string) =>
        `127.0.0.1:PORT speaks TLS, and ${key}.scheme in FILE says http: make it https`;
      await endsWith({ websocket: { port }, api: { port: secure } }, 2, says("api"));
      await endsWith({ websocket: { port: secure }, api: { port } }, 2, says("websocket"));
    });
  });

  it("an authority that is not trusted, or is the wrong one", async () => {
    await against(secureServer(), async (port) => {
      const at = (ca?: string) => {
        const place = { scheme: "https", port, ...(ca ? { ca } : {}) } as const;
        return { websocket: place, api: place };
      };
      await endsWith(
        at(),
        2,
        'https://127.0.0.1:PORT shows a certificate of an authority that is not trusted here: name the authority\'s PEM file as "ca:" of api in FILE',
      );
      const another = join(TLS, "server.cert.pem");
      await endsWith(
        at(another),
        2,
        `https://127.0.0.1:PORT shows a certificate that the authority in ${another} did not sign: correct "ca:" of api in FILE`,
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
        "The certificate of https://127.0.0.2:PORT is for another host: correct api.host in FILE, or give the server a certificate for this one",
      );
    });
  });

  it("the key", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, key: "another" },
      2,
      /^Wrong key, or .* apps\.main\.key in FILE$/,
    );
  });

  it("the app id", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, id: "another" },
      2,
      /^Wrong app id, or .* apps\.main\.id in FILE$/,
    );
  });

  it("the secret", async () => {
    await endsWith(
      { websocket: { port }, api: { port }, secret: "another" },
      2,
      /^Wrong secret, or this server refuses right signatures: .* apps\.main\.secret in FILE$/,
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
