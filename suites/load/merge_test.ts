import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, root, withFolder } from "../cli/testing.ts";
import { loadReportSchema } from "../record/load/report.ts";
import { loadTarget } from "../../targets/file.ts";
import { startServer } from "../../targets/start.ts";
import { decodeHistogram, quantileOf } from "../record/load/histogram.ts";
import { CannotMerge, expectedUnheard, merge } from "./merge.ts";
import { measurementsOf } from "./testing.ts";
import { countsOf } from "../record/load/phases.ts";

const part = (index: number, more: object = {}) =>
  measurementsOf({ part: { index, of: 2, machine: 1, ...more } });

describe("merged parts", () => {
  it("add up: counts, connections, buckets, and troubles of one kind", () => {
    const trouble = { what: "connection", detail: "reset", first: 1, last: 2, count: 3 };
    const later = measurementsOf({
      part: { index: 1, of: 2, machine: 1 },
      startedAt: "2026-11-25T12:00:02.000Z",
      troubles: [trouble],
    });
    const whole = merge([{ ...part(0), troubles: [trouble] }, later]);
    assertEquals(whole.connections, { planned: 20, standing: 20, most: 20 });
    assertEquals(countsOf(whole.phases).delivered, 100);
    const delivery = decodeHistogram(whole.phases[1]?.latencies.delivery ?? "");
    assertEquals([delivery.totalCount, quantileOf(delivery, 1)], [100, 49_023]);
    assertEquals(whole.troubles, [{ ...trouble, first: 1, last: 4, count: 6 }]);
    assertEquals(whole.intervals.map(({ second, standing }) => [second, standing]), [
      [0, 10],
      [1, 10],
      [2, 20],
      [3, 10],
      [4, 10],
    ]);
  });

  it("expect what nobody in another part received, which neither part knows alone", () => {
    const parts = [
      part(0, { accepted: { "7": 5 }, origins: { "7": 3 }, heard: {}, members: { "3": 40 } }),
      // Two of the five events came to none of its ten members.
      part(1, { accepted: {}, origins: {}, heard: { "7": 3 }, members: { "3": 10 } }),
    ];
    assertEquals(expectedUnheard(parts), 20);
    assertEquals(countsOf(merge(parts).phases), {
      ...countsOf([...part(0).phases, ...part(1).phases]),
      expected: 120,
      lost: 20,
    });
  });

  it("expect nothing of a client event that went with its sender, where no part received it", () => {
    const sender = { accepted: { "7": 5 }, gone: { "7": 2 }, origins: { "7": 3 } };
    const parts = (...heard: number[]) => [
      part(0, sender),
      ...heard.map((events, at) => part(at + 1, { heard: { "7": events }, members: { "3": 10 } })),
    ];
    const cases: [number[], number][] = [[[3], 0], [[4], 0], [[5], 0], [[2], 10], [[5, 4], 10]];
    assertEquals(cases.map(([heard]) => expectedUnheard(parts(...heard))), cases.map(([, n]) => n));
  });

  for (
    const [mistake, parts, message] of [
      ["a part that is missing", [part(1)], "of 2 parts these are missing: 0"],
      ["a part that is there twice", [part(0), part(1), part(1)], "a part is there twice"],
      ["parts of different runs", [part(0), measurementsOf()], "parts of different runs"],
      ["nothing", [], "nothing to merge"],
    ] as const
  ) {
    it(`are none: ${mistake}`, () => {
      assertStringIncludes(assertThrows(() => merge(parts), CannotMerge).message, message);
    });
  }
});

const k6 = join(root, ".cache/k6/k6");
const built = await Deno.stat(k6).then(() => true, () => false);

describe("load:merge", () => {
  it("makes one run of two processes of k6, with nothing lost and nothing counted twice", {
    skip: built ? false : "k6 is not built: deno task k6:build",
  }, async () => {
    const target = await loadTarget(join(root, "targets/reference.yaml"), { started: true });
    const server = await startServer(target, "http://127.0.0.1:9/nobody");
    try {
      await withFolder(async (folder) => {
        const scenario = join(folder, "crowd.yaml");
        await Deno.writeTextFile(
          scenario,
          `version: 1
name: crowd
title: A crowd that whispers
channels: { squares: { kind: private, count: 3 } }
clients:
  people: { count: 31, connect: 100/s, join: squares, each: 2, whisper: { rate: 1/s, bytes: 80 } }
publish: [{ event: Shown, to: squares, rate: 20/s, bytes: 100 }]
phases: [{ name: all, for: 3s }]
settle: 5s
objectives: [delivered >= 100%, delivery p99 <= 10s]
`,
        );
        const plan = join(folder, "plan.json");
        const written = await plumbline(
          ["load", scenario, "--target", "reference", "--plan", plan],
          {
            REFERENCE_PORT: String(server.endpoints.api.port),
          },
        );
        assertEquals([written.code, written.err], [0, ""]);
        const start = String(Date.now() + 4000);
        const files = [join(folder, "1.json"), join(folder, "2.json")] as const;
        const ran = await Promise.all([
          startPart(["0:1/2", "0,1/2,1"], { PLAN: plan, OUT: files[0], START: start }),
          startPart(["1/2:1", "0,1/2,1"], { PLAN: plan, OUT: files[1], START: start }),
        ]);
        assertEquals(ran.map(({ code }) => code), [0, 0]);

        const out = join(folder, "out");
        const merged = await plumbline([
          ...["load:merge", ...files, "--plan", plan, "--out", out, "--allow-generator-bound"],
        ]);
        assertEquals(merged.code, 0, merged.err);
        const { load } = loadReportSchema.parse(
          JSON.parse(await Deno.readTextFile(join(out, "report.json"))),
        );
        // The three channels have 21, 21 and 20 members, and 20 events each; 11, 10 and 10 clients
        // whisper to the others there, three times each.
        const counts = countsOf(load.measurements.phases);
        assertEquals(counts.accepted, 60 + 93);
        assertEquals(counts.expected, 20 * 62 + 3 * (11 * 20 + 10 * 20 + 10 * 19));
        assertEquals(counts.delivered, counts.expected);
        assertEquals([counts.duplicated, counts.unexpected, counts.late], [0, 0, 0]);
        assertEquals(load.measurements.connections, { planned: 31, standing: 31, most: 31 });
        assertEquals(load.objectives.map(({ verdict }) => verdict), ["met", "met"]);
      });
    } finally {
      await server.stop();
    }
  });
});

function startPart([segment, sequence]: readonly [string, string], env: Record<string, string>) {
  return new Deno.Command(k6, {
    args: [
      ...["run", "--quiet", "--summary-mode=disabled"],
      ...["--execution-segment", segment, "--execution-segment-sequence", sequence],
      join(root, "suites/load/k6/run.ts"),
    ],
    env: { PLUMBLINE_SECRET: "app-secret", SEGMENTS: "2", ...env },
    stdout: "null",
    stderr: "null",
  }).output();
}
