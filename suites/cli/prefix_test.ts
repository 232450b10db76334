/**
 * A server behind a proxy with a path prefix (`path:` of the target file). The prefix goes on the
 * wire and is not signed, as the official libraries do it (P-227).
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { loadTarget } from "../../targets/file.ts";
import { type ServerProcess, startServer } from "../../targets/start.ts";
import { signRequest } from "../wire/signature.ts";
import { plumbline, root, withFolder } from "./testing.ts";
import { prefixed } from "./testing/prefixed.ts";
import { against, type Listening } from "./testing/servers.ts";
import { checkWith, targetFile } from "./testing/target_file.ts";

const SIGNATURES = ["--scenario", "api/signature/*", "--scenario", "api/official/*"];

describe("a server under a path prefix", () => {
  let server: ServerProcess;
  let port: number;
  beforeAll(async () => {
    const target = await loadTarget(join(root, "targets", "reference.yaml"), { started: true });
    server = await startServer(target, "http://127.0.0.1:9/nobody");
    port = server.endpoints.api.port;
  });
  afterAll(() => server.stop("SIGKILL"));

  it("passes when it verifies the path from /apps on", async () => {
    await against(await prefixed("/ws", port), async (proxy) => {
      const place = { port: proxy, path: "/ws" };
      const { code, err } = await checkWith({ websocket: place, api: place }, SIGNATURES);
      assertEquals(code, 0, err);
    });
  });

  it("fails when it wants the prefix signed", async () => {
    await against(signingPrefix(), async (api) => {
      const { code, err } = await checkWith(
        { websocket: { port }, api: { port: api, path: "/ws" } },
        SIGNATURES,
      );
      assertEquals(code, 1, err);
      assertStringIncludes(err, "fail P-227 must");
      assertMatch(err, /^1 requirement failed$/m);
    });
  });

  it("is loaded under it", async () => {
    await against(await prefixed("/ws", port), async (proxy) => {
      await withFolder(async (folder) => {
        const place = { port: proxy, path: "/ws" };
        const target = await targetFile(folder, { websocket: place, api: place });
        const scenario = join(folder, "brief.yaml");
        await Deno.writeTextFile(scenario, BRIEF);
        const { code, err } = await plumbline([
          ...["load", scenario, "--target", target, "--out", folder, "--allow-generator-bound"],
        ]);
        assertEquals(code, 0, err);
        assertStringIncludes(err, "50 of 50 expected deliveries");
      });
    });
  });
});

/** An API under /ws that wants /ws signed. */
function signingPrefix(): Listening {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, ({ method, url }) => {
    const { pathname, searchParams } = new URL(url);
    if (!pathname.startsWith("/ws/apps/app-id/")) return new Response("no app", { status: 404 });
    const query = Object.fromEntries(searchParams);
    return signRequest("app-secret", method, pathname, query) === query.auth_signature
      ? Response.json({ channels: {} })
      : new Response("wrong signature", { status: 401 });
  });
  return { port: server.addr.port, close: () => server.shutdown() };
}

const BRIEF = `version: 1
name: brief
title: Five people hear of something
channels: { news: { kind: private } }
clients: { people: { count: 5, connect: 100/s, join: news } }
publish: [{ event: NewsPublished, to: news, rate: 10/s, bytes: 100 }]
phases: [{ name: all, for: 1s }]
settle: 5s
objectives: [delivered >= 100%]
`;
