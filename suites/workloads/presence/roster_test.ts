import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { rosterFault } from "./roster.ts";

const fault = (ids: readonly string[], named: readonly string[], count: unknown) =>
  rosterFault({ ids, hash: Object.fromEntries(named.map((id) => [id, null])), count }) ?? "";

describe("a roster that adds up", () => {
  it("names everybody once, in ids and in hash, and counts them", () => {
    assertEquals(fault(["ana", "ben"], ["ana", "ben"], 2), "");
    assertEquals(fault([], [], 0), "");
  });

  it("names nobody twice", () => {
    assertStringIncludes(fault(["ana", "ana"], ["ana"], 2), "twice");
  });

  it("counts members, as a number", () => {
    assertStringIncludes(fault(["ana"], ["ana"], 2), "count is 2");
    assertStringIncludes(fault(["ana"], ["ana"], "1"), 'count is "1"');
  });

  it("has the same members in ids and in hash", () => {
    assertStringIncludes(fault(["ana"], [], 1), "hash lacks ana");
    assertStringIncludes(fault(["ana"], ["ana", "ben"], 1), "hash has ben");
  });
});
