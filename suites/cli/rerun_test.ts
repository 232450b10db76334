import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { reportSchema } from "../../reports/check/json.ts";
import { plumbline, root, withFolder } from "./testing.ts";

const reportIn = async (out: string) =>
  reportSchema.parse(JSON.parse(await Deno.readTextFile(join(out, "report.json"))));

describe("check --rerun-failed", () => {
  it("runs what failed, and nothing else, on the server as it is now", async () => {
    await withFolder(async (folder) => {
      // A server that takes client events from anybody.
      const lenient = join(folder, "lenient.yaml");
      const shipped = await Deno.readTextFile(join(root, "targets/reference.yaml"));
      await Deno.writeTextFile(
        lenient,
        shipped.replace(
          "secret: $apps.main.secret }",
          "secret: $apps.main.secret, clientEvents: all }",
        ),
      );
      const [before, after] = [join(folder, "before"), join(folder, "after")];
      const first = await plumbline([
        ...["check", "--target", lenient, "--start", "--requirement", "P-164", "--out", before],
      ]);
      assertEquals(first.code, 1, first.err);
      const { cases } = await reportIn(before);
      const failed = cases.filter(({ verdict }) => verdict === "fail")
        .map(({ id }) => id);
      assert(failed.length > 0 && failed.length < cases.length);

      const record = join(before, "record.jsonl");
      const again = await plumbline(["check", "--rerun-failed", record, "--out", after]);
      assertEquals(again.code, 0, again.err);
      const ran = (await reportIn(after)).cases.map(({ id }) => id);
      assertEquals(ran.filter((id) => !id.startsWith("run/")).sort(), failed.sort());

      const rest = await plumbline([
        ...["check", "--rerun-failed", join(after, "record.jsonl"), "--out", after],
      ]);
      assertEquals(rest.code, 2);
      assertStringIncludes(rest.err, "no scenario failed in");
    });
  });
});
