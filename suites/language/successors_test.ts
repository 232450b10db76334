import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BadFile } from "./bad_file.ts";
import { readSource } from "./source.ts";
import { idsOf, readSuccessors } from "./successors.ts";

const renamed = (scenario: string, ...now: string[]) => ({ scenario, now, reason: "so it is" });

describe("the table of successors", () => {
  it("gives a scenario the ids it had before, through several renames", () => {
    const successors = [renamed("a/old", "a/newer"), renamed("a/newer", "a/newest", "a/other")];
    assertEquals(idsOf("a/newest", { successors }), ["a/newest", "a/newer", "a/old"]);
  });

  it("ends where two entries name each other", () => {
    const successors = [renamed("a/one", "a/two"), renamed("a/two", "a/one")];
    assertEquals(idsOf("a/one", { successors }), ["a/one", "a/two"]);
  });

  it("is refused with its line when an entry gives no reason", () => {
    const text = `version: 1
about: renamed
successors:
  - { scenario: a/old, now: [a/new] }
noLongerJudged: []
`;
    const error = assertThrows(() => readSuccessors(readSource("successors.yaml", text)), BadFile);
    assertStringIncludes(error.message, "successors.yaml:4:5");
  });
});
