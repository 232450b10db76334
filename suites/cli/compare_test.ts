/** `compare` as somebody types it: what it says last, and how it ends. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { type Report, reportOf } from "../../reports/check/json.ts";
import { sampleLoad } from "../../reports/testing/load_sample.ts";
import { sampleRun } from "../../reports/testing/sample.ts";
import { EXIT } from "../record/exit_code.ts";
import { plumbline, root, withFolder } from "./testing.ts";
import { thresholdsOf } from "./thresholds.ts";

const failing = reportOf(await sampleRun());
/** The same server before P-163 broke. */
const before: Report = {
  ...failing,
  cases: failing.cases.map((one) => ({
    ...one,
    checks: one.checks.map((check) =>
      check.requirement === "P-163" ? { ...check, verdict: "pass" as const } : check
    ),
  })),
};

/** Runs `compare` on files of these contents. */
function compare(files: Readonly<Record<string, unknown>>, ...args: readonly string[]) {
  return withFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, name), JSON.stringify(content));
    }
    const out = join(folder, "out");
    const ran = await plumbline(
      ["compare", ...args.map((arg) => arg.replaceAll("$folder", folder)), "--out", out],
    );
    const json = await Deno.readTextFile(join(out, "compare.json")).catch(() => "{}");
    return { ...ran, json: JSON.parse(json), written: ran.err.includes(join(out, "compare.html")) };
  });
}

const PAIR = ["$folder/base.json", "$folder/new.json"];

describe("compare", () => {
  it("ends with exit code 1 and the regression by name on its last lines", async () => {
    const { code, err, json, written } = await compare(
      { "base.json": before, "new.json": failing },
      ...PAIR,
    );
    assertEquals(code, EXIT.failed, err);
    const [row, outcome] = err.trimEnd().split("\n").slice(-2);
    assertEquals(row, "broken  P-163 must: in clients/whispers/on-a-public-channel");
    assertEquals(outcome, "1 regression");
    assertEquals([json.kind, written], ["check", true]);
  });

  it("ends well where nothing is worse, and counts what is fixed", async () => {
    const { code, err } = await compare({ "base.json": failing, "new.json": before }, ...PAIR);
    assertEquals(code, EXIT.ok, err);
    assertMatch(err, /^fixed {3}P-163 must: .*\n[^]*\nNo regression; 1 improvement\n$/m);
  });

  it("takes a folder of several runs for a side", async () => {
    const { code, err } = await compare(
      { "was/1/report.json": before, "was/2/report.json": failing, "is/report.json": failing },
      "$folder/was",
      "$folder/is",
    );
    assertEquals(code, EXIT.failed, "it was flaky, and fails always");
    assertMatch(err, /^base .*, 2 runs$/m);
  });

  it("refuses what cannot be compared, with one sentence", async () => {
    const load = sampleLoad();
    const mixed = await compare({ "base.json": failing, "new.json": load }, ...PAIR);
    assertEquals(mixed.code, EXIT.usage);
    assertStringIncludes(mixed.err, "a check cannot be compared with a load [PLB_USAGE]");
    const other = { ...load, load: { ...load.load, plan: { ...load.load.plan, clients: [] } } };
    const loads = await compare({ "base.json": load, "new.json": other }, ...PAIR);
    assertEquals(loads.code, EXIT.usage);
    assertStringIncludes(loads.err, "the runs had different loads");
    const none = await compare({ "base.json": {}, "new.json": failing }, ...PAIR);
    assertEquals(none.code, EXIT.usage);
    assertStringIncludes(none.err, "base.json is no report.json that this version reads");
    assertStringIncludes(none.err, "[PLB_BAD_RECORD]");
  });
});

describe("thresholds", () => {
  it("are those of the file that docs/compare.md shows, overruled by options", async () => {
    const page = await Deno.readTextFile(join(root, "docs", "compare.md"));
    const [, text = ""] = /^```text\n([^]*?)^```/m.exec(page) ?? [];
    await withFolder(async (folder) => {
      const file = join(folder, "thresholds.yaml");
      await Deno.writeTextFile(file, text);
      assertEquals(await thresholdsOf(["capacity=5%"], file), {
        latency: 0.15,
        resources: 0.25,
        capacity: 0.05,
        lost: 0.001,
      });
    });
  });

  it("are refused where misspelt", async () => {
    const said = (option: string) =>
      thresholdsOf([option], undefined).then(() => "", (error: Error) => error.message);
    assertEquals(
      await said("latenzy=10%"),
      'there is no threshold "latenzy". Did you mean "latency"?',
    );
    assertStringIncludes(await said("latency=10"), "expected a share such as latency=15%");
  });
});
