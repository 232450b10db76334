import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { reportOf } from "../../reports/check/json.ts";
import { sampleLoad } from "../../reports/testing/load_sample.ts";
import { sampleRun } from "../../reports/testing/sample.ts";
import { EXIT } from "../record/exit_code.ts";
import { plumbline, withFolder } from "./testing.ts";

describe("matrix", () => {
  it("writes a page, its data and a badge for each score, and links reports that are there", async () => {
    await withFolder(async (folder) => {
      const [server, out] = [join(folder, "a server"), join(folder, "out")];
      await Deno.mkdir(server);
      await Deno.writeTextFile(join(server, "report.html"), "");
      const report = JSON.stringify(reportOf(await sampleRun()));
      await Deno.writeTextFile(join(server, "report.json"), report);
      const { code, out: said } = await plumbline(["matrix", server, "--out", out]);
      assertEquals(code, EXIT.ok);
      assertEquals(said.trimEnd().split("\n").slice(0, 3), [
        join(out, "matrix.html"),
        join(out, "matrix.json"),
        join(out, "badges", "sample-conformance.svg"),
      ]);
      const { kind, servers } = JSON.parse(await Deno.readTextFile(join(out, "matrix.json")));
      assertEquals([kind, servers[0].report], ["matrix", "../a%20server/report.html"]);
    });
  });

  it("is of checks alone", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "report.json");
      await Deno.writeTextFile(path, JSON.stringify(sampleLoad()));
      const { code, err } = await plumbline(["matrix", path, "--out", folder]);
      assertEquals(code, EXIT.usage);
      assertStringIncludes(err, "is the report of a load: a matrix is of checks [PLB_USAGE]");
    });
  });
});
