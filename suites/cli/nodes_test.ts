/** Nodes that share nothing: whatever several nodes must do together, they do not. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, root, withFolder } from "./testing.ts";

/** The reference server so often, each for itself. */
async function apart(folder: string, nodes: number): Promise<string> {
  const file = join(folder, "apart.yaml");
  const reference = await Deno.readTextFile(join(root, "targets/reference.yaml"));
  // What does not come need not be waited for long.
  const waits = reference.replace("staleness: 0s", "settles: 500ms");
  await Deno.writeTextFile(file, waits.replace(/^start:/m, `start:\n  nodes: ${nodes}`));
  return file;
}

describe("check --spread", () => {
  it("accuses nodes that tell each other nothing, and count only themselves", () =>
    withFolder(async (folder) => {
      const chosen = ["nodes/presence/snapshot", "nodes/api/channels"]
        .flatMap((id) => ["--scenario", id]);
      const target = ["--target", await apart(folder, 2), "--start"];
      const out = ["--out", join(folder, "out")];
      const ran = await plumbline(["check", ...target, "--spread", ...chosen, ...out]);
      assertEquals(ran.code, 1, ran.err);
      for (const id of ["P-133", "P-274"]) assertStringIncludes(ran.err, id);
    }));

  it("ends with one sentence where there is one node", () =>
    withFolder(async (folder) => {
      const ran = await plumbline(["check", "--spread", "--out", folder]);
      assertEquals(ran.code, 2, ran.err);
      assertStringIncludes(ran.err, "--spread: ");
      assertStringIncludes(ran.err, "reference.yaml starts one node");
    }));
});
