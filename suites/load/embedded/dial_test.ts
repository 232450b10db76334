import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../../targets/file.ts";
import { type ServerProcess, startServer } from "../../../targets/start.ts";
import { root } from "../../cli/testing.ts";
import { embedded } from "./embedded_engine.ts";
import { addressOf, counted, planFor, SECRET, totalOf } from "./testing/plan.ts";

/** Made for the server's own tests and trusted nowhere else. */
const certificates = join(root, "targets/reference/server/testing/tls");
const settings: Readonly<Record<string, string>> = {
  REFERENCE_TLS_CERT: join(certificates, "server.cert.pem"),
  REFERENCE_TLS_KEY: join(certificates, "server.key.pem"),
};

describe("clients", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), {
      started: true,
      environment: (name) => settings[name],
    });
    server = await startServer(target, "http://127.0.0.1:9/nobody");
  });
  afterAll(() => server.stop());

  it("dial with TLS, from several addresses in turn, and lose nothing", async () => {
    const { websocket, api } = addressOf(server);
    const ca = await Deno.readTextFile(join(certificates, "authority.pem"));
    const plan = planFor({
      websocket: websocket.replace("ws:", "wss:"),
      api: api.replace("http:", "https:"),
      ca,
      sources: ["127.0.0.2", "127.0.0.3"],
    });
    const { signal } = new AbortController();
    const measured = await embedded(plan, { secret: SECRET, signal, out: "" });
    assertEquals(
      { total: totalOf(measured), troubles: measured.troubles },
      { total: counted({ expected: 2500, delivered: 2500, accepted: 50 }), troubles: [] },
    );
  });

  it("without the authority's certificate do not come up, and say why", async () => {
    const { websocket, api } = addressOf(server);
    const plan = planFor({ websocket: websocket.replace("ws:", "wss:"), api });
    const { signal } = new AbortController();
    const error = await embedded(plan, { secret: SECRET, signal, out: "" }).catch((e: Error) => e);
    assertEquals(
      error instanceof Error &&
        /no client connected: connect: .*certificate/i.test(error.message),
      true,
      String(error),
    );
  });
});
