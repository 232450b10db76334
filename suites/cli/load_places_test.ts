/** Wherever `check` finds a server, `load` finds it too, by either engine. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import { type EngineName, ENGINES } from "../load/engines.ts";
import { notBuilt } from "../load/testing/k6_process.ts";
import { plumbline, type Ran, root, withFolder } from "./testing.ts";
import { prefixed } from "./testing/prefixed.ts";
import { type Listening, TLS } from "./testing/servers.ts";
import { type Settings, targetFile } from "./testing/target_file.ts";

const NOBODY = "http://127.0.0.1:9/nobody";
/** On a channel of its own: others are loaded at the same time. */
const brief = (channel: string) =>
  `version: 1
name: brief
title: Five people hear of something
channels: { ${channel}: { kind: private } }
clients: { people: { count: 5, connect: 100/s, join: ${channel} } }
publish: [{ event: NewsPublished, to: ${channel}, rate: 10/s, bytes: 100 }]
phases: [{ name: all, for: 1s }]
objectives: [delivered >= 100%]
`;

describe("load", () => {
  let plain: ServerProcess, secure: ServerProcess, proxy: Listening;
  beforeAll(async () => {
    const file = join(root, "targets", "reference.yaml");
    const target = await loadTarget(file, { started: true });
    const settings: Readonly<Record<string, string>> = {
      REFERENCE_SCHEME: "https",
      REFERENCE_CA: join(TLS, "authority.pem"),
      REFERENCE_TLS_CERT: join(TLS, "server.cert.pem"),
      REFERENCE_TLS_KEY: join(TLS, "server.key.pem"),
    };
    const environment = (name: string) => settings[name];
    const tls = await loadTarget(file, { started: true, environment });
    [plain, secure] = await Promise.all([startServer(target, NOBODY), startServer(tls, NOBODY)]);
    proxy = await prefixed("/realtime", plain.endpoints.api.port);
  });
  afterAll(async () => {
    await proxy.close();
    await Promise.all([plain.stop("SIGKILL"), secure.stop("SIGKILL")]);
  });

  const places: readonly [string, () => Settings][] = [
    ["a path prefix", () => {
      const place = { port: proxy.port, path: "/realtime" };
      return { websocket: place, api: place };
    }],
    ["hosts apart, one of them under a prefix", () => ({
      websocket: { port: plain.endpoints.websocket.port },
      api: { host: "localhost", port: proxy.port, path: "/realtime" },
    })],
    ["TLS by an authority of its own, which one of two hosts names", () => {
      const { port } = secure.endpoints.websocket;
      return {
        websocket: { scheme: "https", port, ca: join(TLS, "authority.pem") },
        api: { scheme: "https", host: "localhost", port },
      };
    }],
  ];
  const ways = ENGINES.flatMap((engine) =>
    engine === "k6" && notBuilt
      ? []
      : places.map(([where, settings]) => ({ engine, where, settings }))
  );
  let runs: Promise<Ran>[] = [];
  // At once: they mostly wait.
  beforeAll(async () => {
    runs = ways.map(({ engine, settings }, at) => load(engine, settings(), `news-${at}`));
    await Promise.allSettled(runs);
  });
  for (const [at, { engine, where }] of ways.entries()) {
    it(`by ${engine} finds a server at ${where}`, async () => {
      const { code, err } = await runs[at]!; // one a way
      assertEquals(code, 0, err);
      assertStringIncludes(err, "50 of 50 expected deliveries");
    });
  }
});

const load = (engine: EngineName, settings: Settings, channel: string) =>
  withFolder(async (folder) => {
    const scenario = join(folder, "brief.yaml");
    await Deno.writeTextFile(scenario, brief(channel));
    return await plumbline([
      ...["load", scenario, "--target", await targetFile(folder, settings)],
      ...["--engine", engine, "--out", folder, "--allow-generator-bound"],
    ]);
  });
