import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { it } from "@std/testing/bdd";
import { plumbline, withFolder } from "./testing.ts";

/** A file system of one megabyte; false where none may be mounted. */
async function mounted(folder: string): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const { success } = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
    stderr: "null",
  }).output().catch(() => ({ success: false }));
  return success;
}

it("a disk that is full ends a check with 3 and one sentence; what was written stays", (t) =>
  withFolder(async (folder) => {
    if (!await mounted(folder)) return console.log(`${t.name}: not tried, nothing may be mounted`);
    try {
      const out = join(folder, "out");
      const { code, err } = await plumbline(["check", "--suite", "protocol", "--out", out]);
      assertEquals(code, 3, err);
      assertMatch(err, /record\.jsonl cannot be written: .*\[PLB_CANNOT_RECORD\]\n$/);
      assertEquals(err.includes("    at "), false, err);
      const record = await Deno.readTextFile(join(out, "record.jsonl"));
      assertEquals(JSON.parse(record.split("\n")[0] ?? "").line, "run");
    } finally {
      await new Deno.Command("umount", { args: [folder] }).output();
    }
  }));
