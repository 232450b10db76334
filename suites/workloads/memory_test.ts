import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

describe("footprint since an earlier measure", () => {
  const finding = (after: number) =>
    judged({
      verb: "footprint",
      params: { since: "before", megabytes: 10 },
      ended: { facts: { before: 100, after } },
    }).holds;

  it("holds when memory settles within the megabytes allowed", () => {
    assertEquals(finding(110), true);
  });

  it("fails when it stays above them", () => assertEquals(finding(111), false));
});
