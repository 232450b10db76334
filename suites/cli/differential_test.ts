import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { plumbline, root, withFolder } from "./testing.ts";

const EXPLORE = ["explore", "--target", "reference", "--start", "--seed", "7"];

describe("explore with several targets", () => {
  it("names a difference that the register does not have, and is content once it has it", async () => {
    await withFolder(async (folder) => {
      const shipped = await Deno.readTextFile(join(root, "targets/reference.yaml"));
      const lenient = shipped.replace(
        "secret: $apps.main.secret }",
        "secret: $apps.main.secret, clientEvents: none }",
      ).replace("name: reference", "name: silent");
      assertNotEquals(lenient, shipped, "the reference target tells its server of the main app");
      const other = join(folder, "silent.yaml");
      const register = join(folder, "differences.yaml");
      await Deno.writeTextFile(other, lenient);
      await Deno.writeTextFile(register, "version: 1\ndifferences: []\n");
      const explore = (...more: readonly string[]) =>
        plumbline([...EXPLORE, "--target", other, "--for", "4s", "--out", folder, ...more]);

      const told = await explore("--register", register);
      assertEquals(told.code, 1, told.err);
      assertStringIncludes(told.err, "≠ sends a client event");
      assertStringIncludes(told.err, "reference  ");
      assertStringIncludes(told.err, "silent     ");

      assertEquals((await explore("--register", register, "--write-register", register)).code, 0);
      const known = await explore("--register", register);
      assertEquals(known.code, 0, known.err);
      assertStringIncludes(known.err, "0 new");
    });
  });

  it("sees none between two servers that are the same", async () => {
    await withFolder(async (folder) => {
      const register = join(folder, "differences.yaml");
      await Deno.writeTextFile(register, "version: 1\ndifferences: []\n");
      const { code, err } = await plumbline(
        [
          ...EXPLORE,
          "--target",
          "reference",
          "--for",
          "5s",
          "--out",
          folder,
          "--register",
          register,
        ],
      );
      assertEquals(code, 0, err);
      assertStringIncludes(err, "0 of 0 known differences seen, 0 new, 0 not seen again");
    });
  });
});
