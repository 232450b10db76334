import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { plumbline } from "../testing.ts";

const text = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));

describe("check() for Node", () => {
  it("takes options of the command only, and has a type for each", async () => {
    const [source, types, { out: help }] = await Promise.all([
      text("index.mjs"),
      text("index.d.ts"),
      plumbline(["check", "--help"]),
    ]);
    const [, table = ""] = /const OPTIONS = \{([\s\S]*?)\n\};/.exec(source) ?? [];
    const options = [...table.matchAll(/(\w+): "(--[\w-]+)"/g)];
    assertEquals(options.length > 15, true, "the table was read");
    for (const [, key, option] of options) {
      assertEquals(new RegExp(`${option}\\b`).test(help), true, `check has ${option}`);
      assertEquals(new RegExp(`^  ${key}\\?:`, "m").test(types), true, `index.d.ts has ${key}`);
    }
  });
});
