import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fromFileUrl } from "@std/path";
import { BadFile } from "../language/bad_file.ts";
import { loadSource, readSource } from "../language/source.ts";
import { readEquivalent } from "./equivalent.ts";

const entry = (mutant: string) =>
  `  - { mutant: ${mutant}, file: a.ts, change: a → b, reason: nobody can tell }\n`;
const read = (...mutants: string[]) =>
  readEquivalent(
    readSource("list.yaml", `version: 1\nequivalent:\n${mutants.map(entry).join("")}`),
  );

describe("the list of equivalent mutants", () => {
  it("gives each a reason", () => {
    assertEquals(read('"0123456789ab"'), [
      { mutant: "0123456789ab", reason: "nobody can tell", line: 3 },
    ]);
  });

  it("has no mutant twice, and no hash that is none", () => {
    assertThrows(() => read('"0123456789ab"', '"0123456789ab"'), BadFile, "listed twice");
    assertThrows(() => read("nothing"), BadFile);
  });

  it("can be read as it is kept", async () => {
    readEquivalent(await loadSource(fromFileUrl(new URL("equivalent.yaml", import.meta.url))));
  });
});
