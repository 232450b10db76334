import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BadFile } from "../suites/language/bad_file.ts";
import { readSource } from "../suites/language/source.ts";
import { readTarget } from "./file.ts";
import { secretsOf } from "./target.ts";

function read(resources: string, variables: Readonly<Record<string, string>> = {}) {
  const source = readSource(
    "mine.yaml",
    `version: 1
name: mine
title: Mine
websocket: { scheme: http, host: 127.0.0.1, port: 6001 }
api: { scheme: http, host: 127.0.0.1, port: 6001 }
apps:
  main: { id: id, key: key, secret: secret }
resources: ${resources}
`,
  );
  return readTarget(source, { started: false, environment: (name) => variables[name] }).resources;
}

describe("the resources of a target file", () => {
  it("are read with the environment filled in", () => {
    const resources = '{ pid: "${PID:-}", container: "${BOX:-}", redis: "${REDIS}" }';
    assertEquals(
      read(resources, { PID: "4711", REDIS: "redis://127.0.0.1:6379" }),
      { pid: 4711, redis: "redis://127.0.0.1:6379" },
    );
  });

  it("name Prometheus's series, unless the endpoint is left empty", () => {
    const prometheus = `{ prometheus: { url: "\${AT:-}", queries: { ws: 'n{kind="ws"}' } } }`;
    assertEquals(read(prometheus), {});
    assertEquals(read(prometheus, { AT: "http://127.0.0.1:9090/metrics" }), {
      prometheus: { url: "http://127.0.0.1:9090/metrics", queries: { ws: 'n{kind="ws"}' } },
    });
  });

  it("are refused with the place of what is wrong", () => {
    for (
      const [resources, said] of [
        ["{ pid: 1, port: 2 }", "expected one of pid, pidFile and port"],
        ["{ pid: some }", "mine.yaml:8:19"],
        ["{ redis: http://127.0.0.1 }", "mine.yaml:8:21"],
        [
          '{ prometheus: { url: "http://a.example", queries: { ws: "rate(n[1m])" } } }',
          "expected a metric with labels",
        ],
        ["{ contianer: mine }", 'Did you mean "container"'],
      ] as const
    ) {
      assertThrows(() => read(resources), BadFile, said);
    }
  });
});

describe("what a gateway asks for, in a target file,", () => {
  const read = (endpoint: string, headers: string) =>
    readTarget(
      readSource(
        "mine.yaml",
        `version: 1
name: mine
title: Mine
websocket: { scheme: wss, host: ws.example.com, port: 443 }
api: { scheme: https, host: ws.example.com, port: 443${endpoint} }
apps: { main: { id: id, key: key, secret: secret } }
headers: ${headers}
`,
      ),
      { started: false, environment: () => undefined },
    );

  it("is a certificate with its key, and headers", () => {
    const { api, headers } = read(
      ", certificate: a.pem, key: a.key",
      '{ X-Token: "${T:-abc}", X-N: 1 }',
    );
    assertEquals([api.certificate, api.key], ["a.pem", "a.key"]);
    assertEquals(headers, { "X-Token": "abc", "X-N": "1" });
  });

  it("is refused where half of it is missing, or it is no header", () => {
    for (
      const [endpoint, headers, said] of [
        [", certificate: a.pem", "{}", "certificate and key go together"],
        [", certficate: a.pem", "{}", 'Did you mean "certificate"?'],
        ["", '{ "X Token": a }', "expected names of headers"],
        ["", '{ X-Token: "a\\r\\nHost: b" }', "expected one line of text"],
      ] as const
    ) {
      assertThrows(() => read(endpoint, headers), BadFile, said);
    }
  });

  it("is masked where it may be a secret", () => {
    const target = read("", "{ X-Token: 123456789012, X-Forwarded-Proto: https }");
    assertEquals(secretsOf(target), ["secret", "123456789012"]);
  });
});

describe("the apps of a target file", () => {
  const apps = (main: string) => {
    const source = readSource(
      "mine.yaml",
      `version: 1
name: mine
title: Mine
websocket: { scheme: wss, host: "[::1]", port: "6001" }
api: { scheme: http, host: ws.example.com, port: 6001, path: /api }
apps: { main: &main ${main}, users: *main }
`,
    );
    return readTarget(source, { started: false, environment: () => undefined });
  };

  it("keep digits as they are written, in front and behind", () => {
    const main = "{ id: 0012, key: 12345678901234567890, secret: 1.50, activityTimeout: 30 }";
    const { main: read, users } = apps(main).apps;
    assertEquals([read.id, read.key, read.secret], ["0012", "12345678901234567890", "1.50"]);
    assertEquals(read.settings, { activityTimeout: 30 });
    assertEquals(users?.key, read.key);
  });

  it("stand behind hosts and ports that are written as anybody would", () => {
    const { websocket, api } = apps("{ id: a, key: b, secret: c }");
    assertEquals([websocket.host, websocket.port], ["::1", 6001]);
    assertEquals([api.host, api.path], ["ws.example.com", "/api"]);
  });
});
