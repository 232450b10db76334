import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { UsageError } from "../usage_error.ts";
import { keepRecord } from "./keep.ts";
import type { RecordLine } from "./lines.ts";

const plain = (text: string) => text;
const NOTE: RecordLine = { line: "evidence", seq: 0, t: 0, case: "a/b", kind: "note", text: "one" };

async function inFolder(use: (path: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(join(folder, "record.jsonl"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

describe("a record that is kept", () => {
  it("belongs to one run, which another does not destroy", () =>
    inFolder(async (path) => {
      const record = keepRecord(path, plain);
      record.write(NOTE);
      record.flush();
      assertThrows(() => keepRecord(path, plain), UsageError, "another run writes");
      record.close();
      assertEquals(JSON.parse(await Deno.readTextFile(path)), NOTE);
    }));

  it("is free again when its run has ended", () =>
    inFolder((path) => {
      keepRecord(path, plain).close();
      keepRecord(path, plain).close();
    }));

  it("is on the disk soon after a line was written, though nobody asks for it", () =>
    inFolder(async (path) => {
      const record = keepRecord(path, plain);
      record.write(NOTE);
      for await (const { kind } of Deno.watchFs(path)) {
        if (kind === "modify" && (await Deno.stat(path)).size > 0) break;
      }
      record.close();
      assertEquals(JSON.parse(await Deno.readTextFile(path)), NOTE);
    }));
});
