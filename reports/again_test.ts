import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join, relative } from "@std/path";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { sampleCapacity } from "./testing/capacity_sample.ts";
import { sampleLoad } from "./testing/load_sample.ts";
import { UsageError } from "../suites/record/usage_error.ts";
import { RecordError } from "../suites/record/check/read.ts";
import { sampleLines } from "./testing/sample.ts";
import { writeAgain } from "./again.ts";

describe("rendering a run again", () => {
  let folder = "";
  const written = async (name: string, text: string) => {
    const path = join(folder, name);
    await Deno.writeTextFile(path, text);
    return path;
  };
  const load = (name: string) => written(name, JSON.stringify(sampleLoad(), null, 2));
  const refused = (paths: string[], ...words: string[]) =>
    assertRejects(() => writeAgain(paths, { out: folder }), RecordError, words.join(" "));

  beforeEach(async () => {
    folder = await Deno.makeTempDir();
  });
  afterEach(() => Deno.remove(folder, { recursive: true }));

  it("takes the record of a check", async () => {
    const record = await written("record.jsonl", sampleLines().join("\n"));
    const out = join(folder, "out");
    const paths = await writeAgain([record], { out });
    assertEquals(paths.map((path) => relative(out, path)), ["report.html", "report.json"]);
    assertStringIncludes(await Deno.readTextFile(join(out, "report.html")), "1 requirement failed");
  });

  it("takes the report of a load run, and writes it the same", async () => {
    const report = await load("before.json");
    const markdown = join(folder, "new", "summary.md");
    const junit = join(folder, "junit.xml");
    await writeAgain([report], { out: folder, markdown, junit });
    assertEquals(JSON.parse(await Deno.readTextFile(join(folder, "report.json"))), sampleLoad());
    assertStringIncludes(await Deno.readTextFile(join(folder, "report.html")), "load report");
    assertStringIncludes(await Deno.readTextFile(markdown), "| Objective");
    assertStringIncludes(await Deno.readTextFile(junit), "<testsuites");
  });

  it("lays several load runs over each other, on one page", async () => {
    const paths = [await load("a.json"), await load("b.json")];
    assertEquals(await writeAgain(paths, { out: folder }), [join(folder, "report.html")]);
    const page = await Deno.readTextFile(join(folder, "report.html"));
    assertStringIncludes(page, "Run 2: p99");
  });

  it("takes the report of a capacity, alone and as a page", async () => {
    const report = await written("capacity.json", JSON.stringify(sampleCapacity()));
    await writeAgain([report], { out: folder });
    assertEquals(
      JSON.parse(await Deno.readTextFile(join(folder, "report.json"))),
      JSON.parse(JSON.stringify(sampleCapacity())),
    );
    const page = await Deno.readTextFile(join(folder, "report.html"));
    assertStringIncludes(page, "It carries 800 connections");
    await refused([report, await load("a.json")], "which is rendered alone");
    await assertRejects(
      () => writeAgain([report], { out: folder, junit: join(folder, "x.xml") }),
      UsageError,
      "a capacity has no --junit: it has --json",
    );
    const broken = await written("broken.json", JSON.stringify({ kind: "capacity" }));
    await refused([broken], broken, "cannot be read");
  });

  it("refuses what is neither, in words of the file", async () => {
    const text = await written("notes.txt", "hello");
    await refused([text], text, "is neither the record.jsonl of a check nor the report.json of");
    const other = await written("check.json", '{"schemaVersion": 1}');
    await refused([other], other, "is no report.json of a load run");
    await refused(
      [join(folder, "nothing")],
      join(folder, "nothing"),
      "cannot be read: there is no such file",
    );
  });

  it("refuses a load report that is not whole, and says where", async () => {
    const { resources: _, exitCode: __, ...less } = sampleLoad();
    const path = await written("less.json", JSON.stringify(less));
    await refused(
      [path],
      path,
      "cannot be read:\n✖ Invalid input: expected number, received undefined\n  → at exitCode",
    );
    const broken = sampleLoad();
    broken.load.measurements.generator.sendLag = "HISTFAAAA";
    const other = await written("broken.json", JSON.stringify(broken));
    await refused([other], other, "cannot be read: sendLag is no histogram");
  });

  it("refuses what does not go together", async () => {
    const record = await written("record.jsonl", sampleLines().join("\n"));
    const report = await load("a.json");
    await refused([record, report], record, "is the record of a check, which is rendered alone");
    await refused([report, record], record, "is neither");
    await assertRejects(
      () => writeAgain([report, report], { out: folder, junit: join(folder, "x.xml") }),
      UsageError,
      "an overlay of load runs has no --junit: it is a page only",
    );
  });
});
