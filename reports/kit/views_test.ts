import { assertEquals, assertRejects } from "@std/assert";
import { join, relative } from "@std/path";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { UsageError } from "../../suites/record/usage_error.ts";
import { type View, writeViews } from "./views.ts";

const VIEWS: readonly View<string>[] = [
  { file: "report.html", render: (run) => `<p>${run}` },
  { option: "json", file: "report.json", render: (run) => `"${run}"` },
  { option: "junit", render: (run) => `<${run}/>` },
];

describe("the views of a report", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await Deno.makeTempDir();
  });
  afterEach(() => Deno.remove(folder, { recursive: true }));
  const write = (destinations = {}) =>
    writeViews("a run", "text", VIEWS, { out: folder, ...destinations });

  it("are written where they have a file, and where they are asked for", async () => {
    const junit = join(folder, "new", "junit.xml");
    const json = join(folder, "copy.json");
    const written = await write({ junit, json });
    assertEquals(written.map((path) => relative(folder, path)), [
      "report.html",
      "report.json",
      "copy.json",
      join("new", "junit.xml"),
    ]);
    assertEquals(await Deno.readTextFile(junit), "<text/>");
    assertEquals(
      await Deno.readTextFile(json),
      await Deno.readTextFile(join(folder, "report.json")),
    );
  });

  it("are a usage error where there is none of that form, and nothing is written", async () => {
    await assertRejects(
      () => write({ markdown: join(folder, "x.md") }),
      UsageError,
      "a run has no --markdown: it has --json and --junit",
    );
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});
