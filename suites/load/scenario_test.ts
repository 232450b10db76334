import { assertEquals, assertThrows } from "@std/assert";
import { CannotRun } from "./engine.ts";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { BadFile } from "../language/bad_file.ts";
import { readSource } from "../language/source.ts";
import { planLoad } from "./planning.ts";
import { readLoadScenario } from "./scenario.ts";
import { loadScenario } from "./scenarios.ts";
import { saleOf } from "./testing.ts";

const TEXT = `name: rooms
title: A test
channels:
  rooms: { kind: presence, count: 3 }
  news: { kind: public }
clients:
  people: { count: 4, connect: 10/s, join: rooms, each: 2, whisper: { rate: 6/min, bytes: 80 } }
  readers: { count: 2, connect: 1/s, join: news, slow: { pause: 1s, every: 5s } }
  idlers: { count: 1, connect: 1/s }
publish:
  - { event: Said, to: rooms, rate: 2/s, bytes: 200, batch: 2 }
phases:
  - { name: warm-up, for: 500ms, measured: false }
  - { name: talk, for: 3s, rate: 2, drop: 50% }
reconnect: { after: 250ms }
objectives:
  - delivery p95 <= 65ms
  - cpu <= 1
version: 1
`;
const DESTINATION = {
  websocketUrl: "ws://127.0.0.1:1",
  apiUrl: "http://127.0.0.1:1",
  target: {
    apps: {
      main: { name: "main", id: "app-id", key: "app-key", secret: "app-secret", settings: {} },
    },
  },
};

function read(text: string) {
  return readLoadScenario(readSource("rooms.yaml", text));
}

describe("a load scenario", () => {
  it("becomes a plan in which everything is settled", () => {
    assertEquals(planLoad(read(TEXT), DESTINATION), {
      version: 1,
      target: {
        websocket: "ws://127.0.0.1:1",
        api: "http://127.0.0.1:1",
        appId: "app-id",
        key: "app-key",
      },
      channels: ["presence-rooms-0", "presence-rooms-1", "presence-rooms-2", "news"],
      clients: [
        {
          name: "people",
          count: 4,
          perSecond: 10,
          channels: [[0, 1], [2, 0], [1, 2]],
          whispers: { perSecond: 0.1, bytes: 80 },
        },
        {
          name: "readers",
          count: 2,
          perSecond: 1,
          channels: [[3]],
          slow: { pauseMs: 1000, everyMs: 5000 },
        },
        { name: "idlers", count: 1, perSecond: 1, channels: [[]] },
      ],
      publishers: [{ event: "Said", perSecond: 2, channels: [0, 1, 2], bytes: 200, batch: 2 }],
      phases: [
        { name: "warm-up", seconds: 0.5, rate: 1, measured: false },
        { name: "talk", seconds: 3, rate: 2, measured: true, drop: 0.5 },
      ],
      reconnect: { afterMs: 250 },
      settleMs: 10_000,
      objectives: [
        { metric: "delivery", quantile: 0.95, operation: "<=", value: 65 },
        { metric: "cpu", operation: "<=", value: 1 },
      ],
    });
  });

  it("dials from several addresses where one has too few ports, and from those it is told", () => {
    const sourcesOf = (count: number, more = {}) =>
      planLoad(read(TEXT.replace("count: 2,", `count: ${count},`)), {
        ...DESTINATION,
        target: { ...DESTINATION.target, ...more },
      }).target.sources;
    assertEquals(sourcesOf(20_000), undefined);
    assertEquals(sourcesOf(60_000), ["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    assertEquals(sourcesOf(2, { sources: ["192.0.2.7"] }), ["192.0.2.7"]);
  });

  it("refuses a target that asks every connection for what no engine sends", () => {
    const planWith = (more: object) =>
      planLoad(read(TEXT), { ...DESTINATION, target: { ...DESTINATION.target, ...more } });
    assertThrows(() => planWith({ headers: { X: "1" } }), CannotRun, "sends no headers");
    const api = { scheme: "https", host: "localhost", port: 443, path: "", certificate: "a.pem" };
    assertThrows(() => planWith({ api }), CannotRun, "sends no client certificate");
  });

  for (
    const [wrong, right, message] of [
      [
        "join: roms",
        "join: rooms",
        '7:44: there is no "roms" under channels. Did you mean "rooms"?',
      ],
      ["kind: presense", "kind: presence", "4:18:"],
      ["conect: 10/s", "connect: 10/s", '7:23: unknown key "conect". Did you mean "connect"?'],
      ["connect: 10,", "connect: 10/s,", "7:32:"],
      ["each: 4", "each: 2", "7:57: each: 4, and rooms has 3 channels"],
      [
        "to: romms",
        "to: rooms",
        '11:24: there is no "romms" under channels. Did you mean "rooms"?',
      ],
      ["rate: 0/s", "rate: 2/s", "a rate is above 0"],
      ["for: 3m", "for: 3s", "14:24: phases.1.for: expected a duration"],
      ["drop: 150%", "drop: 50%", "expected at most 100%"],
      ["delivry p95", "delivery p95", 'Did you mean "delivery"?'],
      [
        "join: news, each: 1, whisper:",
        "join: rooms, each: 2, whisper:",
        "client events are for private",
      ],
      ["titel: A test", "title: A test", '2:1: unknown key "titel". Did you mean "title"?'],
    ] as const
  ) {
    it(`is refused where it stands: ${wrong}`, () => {
      const error = assertThrows(() => read(TEXT.replace(right, wrong)), BadFile);
      const problem = error.message.split("\n").find((line) => line.includes(message));
      assertEquals(problem?.includes(message), true, error.message);
    });
  }

  for (const { name } of Deno.readDirSync(join(root, "scenarios/load"))) {
    it(`${name} says what it is named, and plans`, async () => {
      const scenario = await loadScenario(
        name.replace(".yaml", ""),
        join(root, "scenarios/load"),
        [],
      );
      assertEquals(`${scenario.name}.yaml`, name);
      planLoad(scenario, DESTINATION, saleOf(scenario));
    });
  }
});
