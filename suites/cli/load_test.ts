import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { loadReportSchema } from "../record/load/report.ts";
import { plumbline, root, start, withFolder } from "./testing.ts";

const BRIEF = `version: 1
name: brief
title: Ten people hear of something
channels: { news: { kind: private } }
clients: { people: { count: 10, connect: 100/s, join: news } }
publish: [{ event: NewsPublished, to: news, rate: 20/s, bytes: 100 }]
phases: [{ name: all, for: 1s }]
settle: 5s
objectives: [delivered >= 100%, delivery p99 <= 20s]
`;

/** Runs `load` on a scenario, on the reference server that it starts. */
async function load(folder: string, text: string, ...args: string[]) {
  const scenario = join(folder, "brief.yaml");
  await Deno.writeTextFile(scenario, text);
  // The machine may be busy; whether the generator was is not asked here.
  return await plumbline(["load", scenario, "--out", folder, "--allow-generator-bound", ...args]);
}

const reportIn = async (folder: string) =>
  loadReportSchema.parse(JSON.parse(await Deno.readTextFile(join(folder, "report.json"))));

describe("load", () => {
  it("ends with 0 and reports that tell what, on what and by what", async () => {
    await withFolder(async (out) => {
      const { code, err } = await load(out, BRIEF);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "200 of 200 expected deliveries (100%)");
      const { load: { measurements, findings }, evidence, resources } = await reportIn(out);
      assertEquals(measurements.connections, { planned: 10, standing: 10, most: 10 });
      assertEquals(findings, []);
      for (const hash of Object.values(evidence.hashes)) assertEquals(hash.length, 64);
      assertEquals(evidence.engine, "embedded");
      assert((resources?.memory.peak ?? 0) > 1e6, "the server's memory was read");
      assertStringIncludes(await Deno.readTextFile(join(out, "report.html")), "Ten people hear");
    });
  });

  it("ends with 99 when an objective is missed or nothing is known of it, and says which", async () => {
    await withFolder(async (out) => {
      const further = ["delivery p50 < 1us", "whisper p99 <= 1s"];
      const { code, err } = await load(
        out,
        BRIEF,
        ...further.flatMap((text) => ["--objective", text]),
      );
      assertEquals(code, 99);
      assertStringIncludes(err, "✔ delivered >= 100%: 100% (200 of 200 delivered)");
      assertStringIncludes(err, "✘ delivery p50 < 1us: ");
      assertStringIncludes(err, "? whisper p99 <= 1s: not measured");
      const { load: { objectives }, exitCode } = await reportIn(out);
      assertEquals(objectives.map(({ verdict }) => verdict), ["met", "met", "missed", "unknown"]);
      assertEquals(exitCode, 99);
    });
  });

  for (
    const [mistake, args, words] of [
      ["an unknown scenario", ["smal"], 'there is no load scenario "smal". Did you mean "small"?'],
      ["an objective that is none", ["--objective", "delivery <= 1ms"], "needs a quantile"],
      ["an engine that is none", ["--engine", "k7"], "embedded, k6"],
      ["a scale that is none", ["--scale", "0"], "expected a number above 0"],
      ["a target that is none", ["--target", "nosuch"], 'there is no target "nosuch"'],
    ] as const
  ) {
    it(`ends with 2 for ${mistake}`, async () => {
      const { code, err } = await plumbline(["load", ...args]);
      assertEquals(code, 2);
      assertStringIncludes(err, words);
      assertNotMatch(err, /\\n\\s+at /, "no stack trace");
    });
  }

  it("ends with 2 for a bad scenario, with line and column", async () => {
    await withFolder(async (out) => {
      const { code, err } = await load(out, BRIEF.replace("join: news", "join: nwes"));
      assertEquals(code, 2);
      assertStringIncludes(
        err,
        'brief.yaml:5:55: there is no "nwes" under channels. Did you mean "news"?',
      );
    });
  });

  it("ends with 2 when the secret is wrong, before anything is sent", async () => {
    await withFolder(async (folder) => {
      const wrong = await Deno.readTextFile(join(root, "targets", "reference.yaml"));
      const started = wrong.replace("secret: $apps.main.secret", "secret: another");
      const target = join(folder, "wrong.yaml");
      await Deno.writeTextFile(target, started);
      const { code, err } = await load(folder, BRIEF, "--target", target, "--start");
      assertEquals(code, 2, err);
      assertStringIncludes(err, "Wrong secret, or this server refuses right signatures");
    });
  });

  it("ends with 3 when nothing answers, or more is asked than the machine has", async () => {
    await withFolder(async (out) => {
      await Deno.writeTextFile(join(out, "brief.yaml"), BRIEF);
      const nobody = await plumbline([
        "load",
        join(out, "brief.yaml"),
        "--target",
        "reverb",
        "--out",
        out,
      ], {
        REVERB_PORT: "1",
      });
      assertEquals(nobody.code, 3);
      assertStringIncludes(nobody.err, "Nothing listens at http://127.0.0.1:1");
      const many = await load(out, BRIEF.replace("count: 10,", "count: 900000,"));
      assertEquals(many.code, 3);
      assertStringIncludes(many.err, "900000 connections");
    });
  });

  it("ends with 130 when interrupted, and reports what was seen", async () => {
    await withFolder(async (out) => {
      const scenario = join(out, "brief.yaml");
      await Deno.writeTextFile(scenario, BRIEF.replace("for: 1s", "for: 60s"));
      const child = start(["load", scenario, "--out", out]);
      const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      await reader.read(); // what is about to happen: it has begun
      child.kill("SIGINT");
      reader.releaseLock();
      const [{ code }] = await Promise.all([child.status, child.stdout.cancel()]);
      assertEquals(code, 130);
      assertEquals((await reportIn(out)).load.measurements.complete, false);
    });
  });

  it("puts the app's secret nowhere", async () => {
    const secret = "canary-of-the-secret";
    await withFolder(async (out) => {
      await Deno.writeTextFile(join(out, "brief.yaml"), BRIEF);
      const { err } = await plumbline(
        ["load", join(out, "brief.yaml"), "--out", out, "--allow-generator-bound"],
        { REFERENCE_APP_SECRET: secret },
      );
      assertStringIncludes(err, "200 of 200 expected deliveries");
      for (const { name } of Deno.readDirSync(out)) {
        assert(!(await Deno.readTextFile(join(out, name))).includes(secret), name);
      }
      assert(!err.includes(secret));
    });
  });
});
