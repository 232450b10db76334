/** Codes of errors: docs/errors.md lists each that there is, and no other. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { ERRORS } from "./record/errors.ts";

const root = fromFileUrl(new URL("..", import.meta.url));

/** The rows of the page's tables: a code, and the exit code beside it. */
async function documented(): Promise<[string, number][]> {
  const page = await Deno.readTextFile(join(root, "docs", "errors.md"));
  return [...page.matchAll(/^\| `(PLB_\w+)` +\| +(\d+) \|/gm)]
    .map(([, code = "", exit]) => [code, Number(exit)]);
}

/** All codes that the sources name, `record/errors.ts` and tests aside. */
async function named(folder: string): Promise<string[]> {
  const codes: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
    const path = join(folder, name);
    if (isDirectory) codes.push(...await named(path));
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts") && name !== "errors.ts") {
      const text = await Deno.readTextFile(join(root, path));
      codes.push(...[...text.matchAll(/"(PLB_\w+)"/g)].map(([, code = ""]) => code));
    }
  }
  return codes;
}

describe("the codes of errors", () => {
  it("are those that docs/errors.md lists, with the same exit codes", async () => {
    const rows = await documented();
    assertEquals(rows.length, new Set(rows.map(([code]) => code)).size, "a code is listed twice");
    assertEquals(
      Object.fromEntries(rows.toSorted()),
      Object.fromEntries(Object.entries(ERRORS).toSorted()),
    );
  });

  it("are all in use, and no others are", async () => {
    const main = await Deno.readTextFile(join(root, "main.ts"));
    const used = new Set([
      ...[...main.matchAll(/"(PLB_\w+)"/g)].map(([, code = ""]) => code),
      ...(await Promise.all(["suites", "reports", "targets"].map(named))).flat(),
    ]);
    assert(used.size > 0);
    assertEquals([...used].toSorted(), Object.keys(ERRORS).toSorted());
  });
});
