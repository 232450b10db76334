import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { ConfigError, readConfig, VARIABLES } from "./config.ts";

const noFiles = (path: string): string => {
  throw new Error(`no ${path}`);
};
const files = (contents: Record<string, string>) => (path: string) =>
  contents[path] ?? noFiles(path);

describe("the configuration", () => {
  it("is what the README says: each variable there is read, and each that is read is there", async () => {
    const readme = await Deno.readTextFile(new URL("README.md", import.meta.url));
    const [, table = ""] = /## Environment\n(.*?)\n## /s.exec(readme) ?? [];
    const rows = table.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) =>
      row.split("|")[1]?.match(/(?:REVERB|REDIS)_[A-Z_]+/g) ?? []
    );
    assertEquals(named.sort(), [...VARIABLES].sort());
  });

  it("has a default for everything, and Pusher's limits", () => {
    const { host, port, apps } = readConfig({}, undefined, noFiles);
    assertEquals([host, port], ["127.0.0.1", 8080]);
    assertEquals(apps.length, 1);
    const { key, maxEventBytes, maxPresenceMembers, clientEventsPerSecond } = apps[0] ?? {};
    assertEquals(
      { key, maxEventBytes, maxPresenceMembers, clientEventsPerSecond },
      { key: "app-key", maxEventBytes: 10_240, maxPresenceMembers: 100, clientEventsPerSecond: 10 },
    );
  });

  it("takes Reverb's variables, and an empty one as not set", () => {
    const config = readConfig(
      {
        REVERB_SERVER_HOST: "0.0.0.0",
        REVERB_SERVER_PORT: "0",
        REVERB_APP_ID: "3",
        REVERB_APP_PING_INTERVAL: "2.5",
        REVERB_APP_MAX_CONNECTIONS: "",
        REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "none",
        REVERB_APP_ALLOWED_ORIGINS: "a.example, *.b.example",
        UNRELATED: "x",
      },
      undefined,
      noFiles,
    );
    assertEquals([config.host, config.port], ["0.0.0.0", 0]);
    const [app] = config.apps;
    assertEquals([app?.id, app?.pingIntervalSeconds, app?.maxConnections], ["3", 2.5, 0]);
    assertEquals([app?.clientEvents, app?.allowedOrigins], ["none", ["a.example", "*.b.example"]]);
  });

  it("takes Reverb's path and rate limit, which is off unless it is enabled", () => {
    const limits = {
      REVERB_SERVER_PATH: "ws/",
      REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: "5",
      REVERB_APP_RATE_LIMIT_DECAY_SECONDS: "2",
      REVERB_APP_RATE_LIMIT_TERMINATE: "true",
    };
    const off = readConfig(limits, undefined, noFiles);
    assertEquals([off.path, off.apps[0]?.rateLimit], ["/ws", undefined]);
    const enabled = { ...limits, REVERB_APP_RATE_LIMITING_ENABLED: "true" };
    const { apps: [app] } = readConfig(enabled, undefined, noFiles);
    assertEquals(app?.rateLimit, { messages: 5, seconds: 2, terminate: true });
  });

  const mistakes: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      "a port in words",
      { REVERB_SERVER_PORT: "http" },
      "must be a whole number\n  → at REVERB_SERVER_PORT",
    ],
    ["a negative count", { REVERB_APP_MAX_CONNECTIONS: "-1" }, "REVERB_APP_MAX_CONNECTIONS"],
    ["half of TLS", { REVERB_SERVER_TLS_CERT: "c.pem" }, "set both"],
    [
      "a missing certificate",
      { REVERB_SERVER_TLS_CERT: "c.pem", REVERB_SERVER_TLS_KEY: "k.pem" },
      "cannot read c.pem",
    ],
  ];
  for (const [name, variables, message] of mistakes) {
    it(`names what is wrong with ${name}`, () => {
      assertThrows(() => readConfig(variables, undefined, noFiles), ConfigError, message);
    });
  }

  const app = { id: "1", key: "k", secret: "s" };
  it("reads many apps from a file", () => {
    const apps = JSON.stringify([app, { ...app, id: "2", key: "l", clientEvents: "all" }]);
    const config = readConfig({}, "apps.json", files({ "apps.json": apps }));
    assertEquals(config.apps.map(({ key, clientEvents }) => [key, clientEvents]), [
      ["k", "members"],
      ["l", "all"],
    ]);
  });

  const badFiles: readonly (readonly [string, unknown, string])[] = [
    ["an unknown setting", [{ ...app, maxConections: 1 }], "maxConections"],
    [
      "two apps with one key",
      [app, { ...app, id: "2" }],
      'another app already has the key "k"\n  → at [1].key',
    ],
    ["no apps", [], "expected array to have >=1 items"],
    [
      "a webhook without a scheme",
      [{ ...app, webhooks: [{ url: "host/path" }] }],
      "→ at [0].webhooks[0].url",
    ],
  ];
  for (const [name, content, message] of badFiles) {
    it(`names the place of ${name} in the file`, () => {
      const read = files({ "apps.json": JSON.stringify(content) });
      assertThrows(() => readConfig({}, "apps.json", read), ConfigError, message);
    });
  }
  it("says so when the file is not JSON", () => {
    const read = files({ "apps.json": "[" });
    assertThrows(() => readConfig({}, "apps.json", read), ConfigError, "apps.json is not JSON");
  });
});
