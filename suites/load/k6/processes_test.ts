import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { freePort } from "../../../targets/start.ts";
import { plumbline, root, withFolder } from "../../cli/testing.ts";
import { measurementsSchema } from "../../record/load/measurements.ts";
import { countsOf } from "../../record/load/phases.ts";
import { planSchema } from "../../record/load/plan.ts";
import { loadReportSchema } from "../../record/load/report.ts";
import { NoClientConnected } from "../engine.ts";
import { notBuilt } from "../testing/k6_process.ts";
import { k6 } from "./k6_engine.ts";

const SCENARIO = `version: 1
name: shared
title: A test
channels: { orders: { kind: private, count: 3 } }
clients: { people: { count: 61, connect: 200/s, join: orders } }
publish: [{ event: OrderShipped, to: orders, rate: 30/s, bytes: 100 }]
phases: [{ name: all, for: 2s }]
settle: 5s
objectives: [delivered >= 100%, duplicated == 0]
`;

describe("a load that several processes share", () => {
  it("is one run, of which each process did its part", { skip: notBuilt ?? false }, async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "shared.yaml");
      await Deno.writeTextFile(file, SCENARIO);
      const { code, err } = await plumbline([
        ...["load", file, "--engine", "k6", "--processes", "2", "--allow-generator-bound"],
        ...["--out", folder],
      ]);
      assertEquals(code, 0, err);
      const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(folder, name)));
      const { load, evidence } = loadReportSchema.parse(await read("report.json"));
      const { connections, phases } = load.measurements;
      assertEquals(connections, { planned: 61, standing: 61, most: 61 });
      const { expected, delivered, accepted, lost, late } = countsOf(phases);
      assertEquals({ expected, delivered, accepted, lost, late }, {
        ...{ expected: 20 * 61, delivered: 20 * 61, accepted: 60, lost: 0, late: 0 },
      });
      assertMatch(evidence.notes.join(), /merged from 2 processes/);
      const parts = await Promise.all(
        [1, 2].map(async (n) => measurementsSchema.parse(await read(`measurements-${n}.json`))),
      );
      assertEquals(parts.map(({ part }) => [part.index, part.of]), [[0, 2], [1, 2]]);
      assertEquals(parts.map((part) => part.connections.standing), [31, 30]);
      assert(parts.every((part) => countsOf(part.phases).accepted === 30));
    });
  });

  it("says why when no client of any process came up", { skip: notBuilt ?? false }, async () => {
    await withFolder(async (folder) => {
      const text = await Deno.readTextFile(join(root, "docs/load-plan.example.json"));
      const dead = `127.0.0.1:${freePort()}`;
      const plan = planSchema.parse(JSON.parse(text.replaceAll("127.0.0.1:8080", dead)));
      const { signal } = new AbortController();
      const failed = k6(plan, { secret: "app-secret", signal, out: folder, processes: 2 });
      const { message } = await assertRejects(() => failed, NoClientConnected);
      assertMatch(message, /no client connected: connect: dial tcp .*connection refused/);
    });
  });

  it("wants an engine that can be several processes", async () => {
    const { code, err } = await plumbline(["load", "small", "--processes", "2"]);
    assertEquals(code, 2);
    assertMatch(err, /the embedded engine is one process: add --engine k6/);
  });
});
