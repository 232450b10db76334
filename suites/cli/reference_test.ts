import { assert } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { referencePages } from "./reference.ts";
import { root } from "./testing.ts";

describe("the reference pages", () => {
  it("say what the code says; `deno task reference` brings them up to date", async () => {
    for (const [path, text] of await referencePages(root)) {
      const written = await Deno.readTextFile(join(root, path));
      assert(written === text, `${path} is out of date; run \`deno task reference\``);
    }
  });
});
