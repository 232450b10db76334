import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { withFolder } from "../suites/cli/testing.ts";
import { loadTarget } from "./file.ts";
import { startServer } from "./start.ts";
import { nodesOf } from "./target.ts";

const MINE = `
version: 1
name: mine
title: Mine
websocket: { scheme: wss, host: 10.0.0.1, port: 6001, path: /ws }
api: { scheme: https, host: 10.0.0.1, port: 6002 }
apps:
  main: { id: "007", key: key, secret: secret }
start:
  nodes: 2
  command: [$deno, eval, 'Deno.serve({ port: Number(Deno.args[0]) }, () => new Response())', $port]
`;

/** Loads a target that extends `MINE`. */
const extending = (own: string) =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "mine.yaml"), MINE);
    const file = join(folder, "other.yaml");
    await Deno.writeTextFile(file, `version: 1\nextends: mine\n${own}`);
    return await loadTarget(file, { started: true });
  });

describe("a target of several nodes", () => {
  it("is reached at each as its endpoints say, but there", async () => {
    const nodes = "nodes: [{ host: 10.0.0.2, port: 1 }, { host: 10.0.0.3, port: 2, apiPort: 3 }]";
    const at = nodesOf(await extending(nodes)).map(({ websocket, api }) => [websocket, api]);
    const ws = { scheme: "wss", path: "/ws" };
    const api = { scheme: "https", path: "" };
    assertEquals(JSON.parse(JSON.stringify(at)), [
      [{ ...ws, host: "10.0.0.2", port: 1 }, { ...api, host: "10.0.0.2", port: 1 }],
      [{ ...ws, host: "10.0.0.3", port: 2 }, { ...api, host: "10.0.0.3", port: 3 }],
    ]);
  });

  it("extends another file: mappings are merged, and digits of an id kept", async () => {
    const target = await extending("title: Other\napps: { second: { id: 1, key: k, secret: s } }");
    assertEquals([target.title, target.name, target.apps.main.id], ["Other", "mine", "007"]);
    assertEquals(Object.keys(target.apps), ["main", "second"]);
  });

  it("extends a file that extends another", () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "mine.yaml"), MINE);
      const write = (name: string, own: string) =>
        Deno.writeTextFile(join(folder, `${name}.yaml`), `version: 1\n${own}`);
      await write("one", "extends: mine\ntitle: One\nordering: kept");
      await write("two", "extends: one\ntitle: Two");
      const target = await loadTarget(join(folder, "two.yaml"), { started: true });
      assertEquals([target.title, target.ordering, target.api.port], ["Two", "kept", 6002]);
    }));

  it("is reached through what stands before its nodes, by one door for all and one for each", async () => {
    const serve = "for (const port of Deno.args) " +
      "Deno.serve({ port: Number(port) }, () => new Response(port))";
    const server = await startServer(
      await extending(`start:
  proxy:
    command: [$deno, eval, '${serve}', $port, $nodes.1.door, "\${nodes.2.door}"]
`),
      "http://127.0.0.1:9",
    );
    const doors = [server, ...server.nodes].map(({ endpoints }) => endpoints.api.port);
    assertEquals(new Set(doors).size, 3);
    for (const port of doors) {
      assertEquals(await fetch(`http://127.0.0.1:${port}`).then((r) => r.text()), String(port));
    }
    await server.stop();
    assertEquals(server.stopping, true);
    for (const port of doors) await assertRejects(() => fetch(`http://127.0.0.1:${port}`));
  });

  it("is frozen, thawed and restarted a node at a time, and has not ended meanwhile", async () => {
    const server = await startServer(await extending("title: Other"), "http://127.0.0.1:9");
    const [, two] = server.nodes;
    const url = `http://127.0.0.1:${two?.endpoints.api.port}`;
    two?.program.freeze();
    const answer = fetch(url).then((r) => r.text());
    assertEquals(await Promise.race([answer, delay(100).then(() => "none")]), "none");
    two?.program.thaw();
    assertEquals(await answer, "");
    const before = server.nodes.map(({ program }) => program.pid);
    for (const node of server.nodes) await node.restart();
    const after = server.nodes.map(({ program }) => program.pid);
    assertEquals(before.filter((pid) => after.includes(pid)), []);
    assertEquals(await fetch(url).then((r) => r.text()), "");
    const ended = server.ended.then(() => "ended");
    assertEquals(await Promise.race([ended, Promise.resolve("up")]), "up");
    await server.stop();
    assertEquals(await ended, "ended");
  });

  it("is started on a port each, and ended when one ended that nobody asked to", async () => {
    const server = await startServer(await extending("title: Other"), "http://127.0.0.1:9");
    const [one, two] = server.nodes;
    assertNotEquals(one?.endpoints.websocket.port, two?.endpoints.websocket.port);
    Deno.kill(two?.program.pid ?? 0, "SIGKILL");
    assertEquals((await server.ended).signal, "SIGKILL");
    await server.startAgain();
    for (const { endpoints } of server.nodes) {
      const { port } = endpoints.api;
      assertEquals(await fetch(`http://127.0.0.1:${port}`).then((r) => r.text()), "");
    }
    await server.stop();
    assertEquals(server.stopping, true);
  });
});
