import { assertEquals, assertStringIncludes } from "@std/assert";
import { join, relative } from "@std/path";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { killedLines } from "../testing/sample.ts";
import { writeReports } from "./views.ts";

describe("writing the reports of a run", () => {
  let folder = "";
  let record = "";

  beforeEach(async () => {
    folder = await Deno.makeTempDir();
    record = join(folder, "record.jsonl");
    await Deno.writeTextFile(record, killedLines().join("\n"));
  });
  afterEach(() => Deno.remove(folder, { recursive: true }));

  it("always writes HTML and JSON, into a folder it makes", async () => {
    const out = join(folder, "new", "out");
    const { written, view } = await writeReports(record, { out });
    assertEquals(written.map((path) => relative(out, path)), ["report.html", "report.json"]);
    assertEquals(view.cases.length, 4);
    assertStringIncludes(await Deno.readTextFile(join(out, "report.html")), "<!doctype html>");
  });

  it("writes the others where it is told to", async () => {
    const junit = join(folder, "ci", "junit.xml");
    const markdown = join(folder, "summary.md");
    await writeReports(record, { out: folder, junit, markdown });
    assertStringIncludes(await Deno.readTextFile(junit), "<testsuites");
    assertStringIncludes(await Deno.readTextFile(markdown), "Incomplete");
  });
});
