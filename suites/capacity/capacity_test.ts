import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root, withFolder } from "../cli/testing.ts";
import { readSource } from "../language/source.ts";
import { readLoadScenario } from "../load/scenario.ts";
import { capacityReportSchema } from "../record/capacity/report.ts";
import { readTarget } from "../../targets/file.ts";
import { findCapacity } from "./capacity.ts";

/** What the reference server has open before the first connection, and some that come and go. */
const IDLE = { least: 20, most: 40 };
const DESCRIPTORS = 128;

/** The reference server, which may open no more files than this. */
async function capped(descriptors: number) {
  const reference = await Deno.readTextFile(join(root, "targets/reference.yaml"));
  const script = `ulimit -n ${descriptors} && exec "$0" "$@"`;
  const text = reference.replace(
    "command:\n",
    `command:\n    - sh\n    - -c\n    - ${JSON.stringify(script)}\n`,
  );
  return readTarget(readSource("capped.yaml", text), { started: true });
}

const scenario = readLoadScenario(readSource(
  "test.yaml",
  `version: 1
name: test
title: A test
channels: { lobby: { kind: private } }
clients: { visitors: { count: 100, connect: 400/s, join: lobby } }
publish: [{ event: Tick, to: lobby, rate: 5/s, bytes: 100 }]
phases: [{ name: all, for: 1s }]
settle: 1s
objectives: [delivered >= 100%]
`,
));

describe("the capacity of a server that may open 128 files", () => {
  it("is what its descriptors leave, and that is what is said to break first", async () => {
    await withFolder(async (out) => {
      const report = capacityReportSchema.parse(
        await findCapacity({
          root,
          scenario,
          target: await capped(DESCRIPTORS),
          start: true,
          engine: "embedded",
          // Whether all came does not depend on when, and the machine may be busy with other tests.
          allowGeneratorBound: true,
          out,
          signal: new AbortController().signal,
          dimension: "connections",
          search: { from: 96, max: 112, repeats: 1 },
          wanted: { users: 1000 },
        }),
      );
      assertEquals(report.exitCode, 0);
      const { result } = report;
      assert(result?.kind === "found", JSON.stringify(report.trials));
      const { highest, beyond } = result;
      assert(highest.load >= (DESCRIPTORS - IDLE.most) * 0.95, `${highest.load}`);
      assert(beyond.load <= (DESCRIPTORS - IDLE.least) * 1.05, `${beyond.load}`);
      assertEquals(report.broken[0]?.what, "descriptors", JSON.stringify(report.broken));
      assertEquals(report.nodes?.needed, Math.ceil(1000 / highest.load / 0.8));
      const kept = [...Deno.readDirSync(join(out, "runs"))].map(({ name }) => name);
      assert(kept.some((name) => name.endsWith(`-${highest.load}.json`)), kept.join());
    });
  });

  it("is no ground for a plan of nodes while none of its loads has failed", async () => {
    await withFolder(async (out) => {
      const { result, nodes, evidence } = capacityReportSchema.parse(
        await findCapacity({
          ...{ root, scenario, start: true, engine: "embedded", allowGeneratorBound: true, out },
          target: await capped(DESCRIPTORS),
          signal: new AbortController().signal,
          dimension: "connections",
          search: { from: 40, max: 40, repeats: 1 },
          wanted: { users: 1000 },
        }),
      );
      assertEquals(result?.kind, "max");
      assertEquals(nodes, undefined);
      assert(
        evidence.notes.some((note) => note.startsWith("no nodes are planned")),
        `${evidence.notes}`,
      );
    });
  });
});
