import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BadFile } from "../suites/language/bad_file.ts";
import { readSource } from "../suites/language/source.ts";
import { readTarget } from "./file.ts";

function read(resources: string, variables: Readonly<Record<string, string>> = {}) {
  const source = readSource(
    "mine.yaml",
    `name: mine
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
        ["{ pid: some }", "mine.yaml:7:19"],
        ["{ redis: http://127.0.0.1 }", "mine.yaml:7:21"],
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
