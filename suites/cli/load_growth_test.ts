/** Objectives on growth, held against a server that keeps something of every event and one that does not. */
import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { beforeAll, describe, it } from "@std/testing/bdd";
import { plumbline, type Ran, withFolder } from "./testing.ts";

const SERVER = fromFileUrl(new URL("testing/leaking_server.ts", import.meta.url));

/** Twenty events a second for seven seconds; what a runtime grows by itself is far below the bounds. */
const SCENARIO = `version: 1
name: brief
title: A few hear of something
channels: { news: { kind: private } }
clients: { people: { count: 5, connect: 100/s, join: news } }
publish: [{ event: NewsPublished, to: news, rate: 20/s, bytes: 100 }]
phases: [{ name: all, for: 7s }]
objectives:
  - rss growth <= 300MB/min
  - bytes per event <= 250kB
  - descriptors after release <= 20
`;

/** Runs the load on a server that keeps so many bytes of an event, and then a file as well. */
const loaded = (bytes: number) =>
  withFolder(async (folder) => {
    const [scenario, target] = [join(folder, "scenario.yaml"), join(folder, "target.yaml")];
    await Deno.writeTextFile(scenario, SCENARIO);
    const place = { scheme: "http", host: "127.0.0.1", port: 1 };
    await Deno.writeTextFile(
      target,
      JSON.stringify({
        ...{ version: 1, name: "leaking", title: "A server that leaks", ordering: "kept" },
        ...{ websocket: place, api: place },
        apps: { main: { id: "app-id", key: "app-key", secret: "app-secret-of-tests" } },
        start: { command: ["$deno", "run", "-A", "--no-check", SERVER, "$port", String(bytes)] },
      }),
    );
    return await plumbline([
      ...["load", scenario, "--target", target, "--start", "--out", folder],
      "--allow-generator-bound",
    ]);
  });

describe("objectives on growth", () => {
  let keeping: Ran, leaking: Ran;
  beforeAll(async () => {
    [keeping, leaking] = await Promise.all([loaded(0), loaded(500_000)]);
  });

  it("are met by a server that keeps nothing of an event", () => {
    assertEquals(keeping.code, 0, keeping.err);
    assertMatch(keeping.err, /✔ rss growth <= 300MB\/min: /);
  });

  it("are missed by one that keeps half a megabyte and an open file of each", () => {
    assertEquals(leaking.code, 99, leaking.err);
    assertMatch(leaking.err, /✘ rss growth <= 300MB\/min: \d+ MB a minute/);
    assertMatch(leaking.err, /✘ bytes per event <= 250kB: (4[5-9]|5\d)\d kB/);
    assertMatch(leaking.err, /✘ descriptors after release <= 20: 1[34]\d more than at rest/);
  });
});
