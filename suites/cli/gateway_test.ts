/** Servers behind gateways and proxies: client certificates, headers, `HTTPS_PROXY`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import { plumbline, root } from "./testing.ts";
import { type ForwardProxy, forwardProxy } from "./testing/forward_proxy.ts";
import { gateway, HIDDEN_HOST, withoutGateway, writeCertificates } from "./testing/gateway.ts";
import { against, type Listening } from "./testing/servers.ts";
import { targetFile } from "./testing/target_file.ts";

const missing = await withoutGateway();
if (missing !== undefined) console.warn(`Skipped: ${missing}`);

const HEADER = { name: "X-Gateway", value: "let-me-in-please" };
/** WebSockets, calls on kept connections, and requests in pieces on lines of their own. */
const SCENARIOS = ["auth/private", "api/transport", "api/official"];

describe("a server behind a gateway", { skip: missing !== undefined }, () => {
  let folder: string;
  let server: ServerProcess;
  let front: Listening;
  beforeAll(async () => {
    folder = await Deno.makeTempDir({ prefix: "plumbline-test-" });
    await writeCertificates(folder);
    const target = await loadTarget(join(root, "targets", "reference.yaml"), { started: true });
    server = await startServer(target, "http://127.0.0.1:9/nobody");
    front = await gateway(folder, server.endpoints.api.port, HEADER);
  });
  afterAll(async () => {
    await front.close();
    await server.stop("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  });

  const pem = (name: string) => join(folder, name);
  const check = async (
    { host = "127.0.0.1", shown = true, more = `headers: { ${HEADER.name}: ${HEADER.value} }` },
    env: Readonly<Record<string, string>> = {},
  ) => {
    const place = {
      scheme: "https" as const,
      host,
      port: front.port,
      ca: pem("ca.pem"),
      ...(shown ? { certificate: pem("client.pem"), key: pem("client.key") } : {}),
    };
    const target = await targetFile(folder, { websocket: place, api: place, more });
    return await plumbline([
      ...["check", "--target", target, "--out", join(folder, "out"), "--allow-disruption"],
      ...SCENARIOS.flatMap((id) => ["--scenario", id]),
    ], env);
  };

  it("is checked with the certificate and the headers of its file, which no record tells", async () => {
    const { code, err } = await check({});
    assertEquals(code, 0, err);
    for await (const { name } of Deno.readDir(join(folder, "out"))) {
      const text = await Deno.readTextFile(join(folder, "out", name));
      assert(!text.includes(HEADER.value), name);
    }
  });

  it("says that it asks for a certificate, where none is named", async () => {
    const { code, err } = await check({ shown: false });
    assertEquals(code, 2, err);
    assertStringIncludes(
      err,
      'asks for a certificate of its clients: name one that it trusts as "certificate:" and "key:" of api',
    );
  });

  it("turns away who lacks the header", async () => {
    const { code, err } = await check({ more: "" });
    assertEquals(code, 2, err);
  });

  describe("and behind a proxy", () => {
    const through = ({ port }: ForwardProxy, user = "") => ({
      HTTPS_PROXY: `http://${user}127.0.0.1:${port}`,
      NO_PROXY: "localhost,127.0.0.1",
      // Deno would ask through the proxy as well whether it is the newest.
      DENO_NO_UPDATE_CHECK: "1",
    });

    it("is reached by CONNECT, on connections that are kept", async () => {
      const proxy = await forwardProxy("ana:s3cret");
      await against(proxy, async () => {
        const { code, err } = await check({ host: HIDDEN_HOST }, through(proxy, "ana:s3cret@"));
        assertEquals(code, 0, err);
        assertEquals([...new Set(proxy.asked)], [`${HIDDEN_HOST}:${front.port}`]);
        assert(proxy.asked.length > 20, `${proxy.asked.length} connections`);
      });
    });

    it("is told of a proxy that does not connect", async () => {
      const proxy = await forwardProxy("ana:s3cret");
      await against(proxy, async () => {
        const { code, err } = await check({ host: HIDDEN_HOST }, through(proxy));
        assertEquals(code, 3, err);
        assertStringIncludes(
          err,
          `the proxy http://127.0.0.1:${proxy.port} does not connect to ${HIDDEN_HOST}:${front.port} (HTTP 407)`,
        );
      });
    });

    it("is reached without it where NO_PROXY says so, and on this machine", async () => {
      const proxy = await forwardProxy();
      await against(proxy, async () => {
        const direct = { ...through(proxy), NO_PROXY: HIDDEN_HOST };
        const hidden = await check({ host: HIDDEN_HOST }, direct);
        assertEquals(hidden.code, 3, hidden.err);
        assertStringIncludes(hidden.err, "is unknown");
        const local = await check({}, { ...through(proxy), NO_PROXY: "" });
        assertEquals(local.code, 0, local.err);
        assertEquals(proxy.asked, []);
      });
    });
  });
});
