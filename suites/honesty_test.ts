import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { reportSchema } from "../reports/check/json.ts";
import { plumbline, root, withFolder } from "./cli/testing.ts";

/** A server that allows client events to anybody: P-164 does not hold on it. */
async function reportOf(folder: string, name: string, change: (text: string) => string) {
  const file = join(folder, `${name}.yaml`);
  const shipped = await Deno.readTextFile(join(root, "targets/reference.yaml"));
  const lenient = shipped.replace(
    "secret: $apps.main.secret }",
    "secret: $apps.main.secret, clientEvents: all }",
  );
  assertNotEquals(lenient, shipped, "the reference target tells its server of the main app");
  await Deno.writeTextFile(file, change(lenient));
  const out = join(folder, name);
  await plumbline(["check", "--target", file, "--start", "--suite", "whispers", "--out", out]);
  return reportSchema.parse(JSON.parse(await Deno.readTextFile(join(out, "report.json"))));
}

describe("one server under two target files", () => {
  it("has the same conformance score, whether its file admits to what is wrong or says nothing", async () => {
    await withFolder(async (folder) => {
      const silent = await reportOf(folder, "silent", (text) => text);
      const admitting = await reportOf(
        folder,
        "admitting",
        (text) => `${text}\nknown:\n  - { requirement: P-164, reason: whispers are open to all }\n`,
      );
      assertEquals(silent.summary.conformance.failed > 0, true, "the fault is found");
      assertEquals(admitting.summary.conformance.passed, silent.summary.conformance.passed);
      assertEquals(admitting.summary.conformance.of, silent.summary.conformance.of);
      assertEquals(admitting.summary.conformance.known, 1);
    });
  });
});
