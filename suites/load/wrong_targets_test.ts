import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../cli/testing.ts";
import { drop } from "../faults/actions.ts";
import { startProxy } from "../faults/proxy.ts";
import { toClient } from "../faults/rules.ts";
import { readSource } from "../language/source.ts";
import { loadTarget, readTarget } from "../../targets/file.ts";
import { startServer } from "../../targets/start.ts";
import type { Target } from "../../targets/target.ts";
import { ENGINES } from "./engines.ts";
import { type LoadRun, runLoad } from "./load.ts";
import { readLoadScenario } from "./scenario.ts";

const [ENGINE] = ENGINES;
const NOBODY = "http://127.0.0.1:9/nobody";
const reference = await Deno.readTextFile(join(root, "targets/reference.yaml"));

/** The reference server, started by a shell that does something to it. */
function inShell(script: string): Target {
  const text = reference.replace(
    "command:\n",
    `command:\n    - sh\n    - -c\n    - ${JSON.stringify(script)}\n`,
  );
  return readTarget(readSource("wrong.yaml", text), { started: true });
}

const scenarioOf = (clients: number, seconds: number, rate: number) =>
  readLoadScenario(readSource(
    "test.yaml",
    `version: 1
name: test
title: A test
channels: { orders: { kind: private } }
clients: { people: { count: ${clients}, connect: 200/s, join: orders } }
publish: [{ event: OrderShipped, to: orders, rate: ${rate}/s, bytes: 100 }]
phases: [{ name: all, for: ${seconds}s }]
settle: 2s
objectives: [delivered >= 100%]
`,
  ));

async function run(options: Pick<LoadRun, "scenario" | "target" | "start"> & Partial<LoadRun>) {
  return await withFolder((out) =>
    runLoad({
      root,
      scale: 1,
      engine: ENGINE,
      out,
      allowGeneratorBound: true,
      signal: new AbortController().signal,
      ...options,
    })
  );
}

describe("a target that is wrong under load is told of exactly that", () => {
  it("refuses at its descriptors: how many connected, and how many did not", async () => {
    const { load, exitCode } = await run({
      scenario: scenarioOf(120, 1, 10),
      target: inShell('ulimit -n 80 && exec "$0" "$@"'),
      start: true,
    });
    assertEquals(exitCode, 99);
    const [refused = ""] = load.findings;
    const [, failed, open] =
      /^(\d+) clients did not connect .* at most (\d+) were open$/.exec(refused) ?? [];
    assertEquals(Number(failed) + Number(open), 120, refused);
    assert(Number(open) > 10 && Number(open) < 80, refused);
  });

  it("dies with status 0: when, how many were connected, and the run ends", async () => {
    const { load, exitCode } = await run({
      scenario: scenarioOf(40, 60, 10),
      target: inShell('"$0" "$@" & sleep 8; kill -9 $!; exit 0'),
      start: true,
    });
    assertEquals(exitCode, 3);
    assertEquals(load.measurements.complete, false);
    assertMatch(
      load.findings[0] ?? "",
      /^the target's process ended at \d+\.\d s with status 0, with 40 connections open/,
    );
    assert(
      load.findings.some((text) => text.startsWith("40 connections lost")),
    );
  });

  it("stops answering: which events, and since when nothing comes", async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    const server = await startServer(target, NOBODY);
    try {
      const { load, exitCode } = await run({
        scenario: scenarioOf(20, 6, 10),
        target: { ...target, ...server.endpoints },
        start: false,
        // Into the phase: the ramp takes a tenth of a second.
        onPlan: () => setTimeout(() => Deno.kill(server.pid, "SIGSTOP"), 3000),
      });
      assertEquals(exitCode, 99);
      const silent = load.findings.find((text) => text.includes("got no answer"));
      assertMatch(
        silent ?? "",
        /^\d+ of 60 events got no answer in phase "all" \(.*\); nothing was delivered after second [2-5]$/,
      );
    } finally {
      Deno.kill(server.pid, "SIGCONT");
      await server.stop("SIGKILL");
    }
  });

  it("loses one delivery in ten thousand: one, of how many, in which phase, and when it was due", async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    const server = await startServer(target, NOBODY);
    let deliveries = 0;
    const proxy = await startProxy({
      upstream: server.endpoints,
      apps: [],
      breaks: [{
        name: "loses-one",
        title: "Loses one delivery in ten thousand.",
        violates: [],
        rules: [
          toClient({ event: "OrderShipped", where: () => ++deliveries === 5000 }, drop),
        ],
      }],
    });
    try {
      const { host, port } = proxy;
      const { load, exitCode } = await run({
        scenario: scenarioOf(100, 5, 20),
        target: {
          ...target,
          websocket: { ...target.websocket, host, port },
          api: { ...target.api, host, port },
        },
        start: false,
      });
      assertEquals(load.findings.length, 1, load.findings.join("\n"));
      assertMatch(
        load.findings[0] ?? "",
        /^1 of 10,000 deliveries was lost in phase "all" \(.*\): OrderShipped, due at \d\.\d s$/,
      );
      assertEquals(load.objectives.map(({ measured, verdict }) => [measured, verdict]), [
        ["99.99% (9,999 of 10,000 delivered)", "missed"],
      ]);
      assertEquals(exitCode, 99);
    } finally {
      await proxy.close();
      await server.stop();
    }
  });
});
