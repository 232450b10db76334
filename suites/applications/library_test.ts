import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describe, it } from "@std/testing/bdd";
import { root } from "../cli/testing.ts";
import { heldAgainst } from "./testing/held_against.ts";

const file = join(root, "suites/applications/testing/library.yaml");
const held = (FAULT: string, ...scenarios: string[]) => heldAgainst(file, scenarios, { FAULT });

describe("a library, in Python, described by somebody who had read the documentation only", () => {
  it("is found right by every scenario that its file comes to", async () => {
    const { code, err, others } = await held("", "application/loan");
    assertEquals([code, others], [0, []], err);
  });

  it("is told of a race: a loan that two have reserved", async () => {
    const { code, err, failed } = await held("race", "application/loan/reserved-once");
    assertEquals([code, failed], [1, ["APP-401"]], err);
  });

  it("is told of a leak: a remark in a hidden attribute", async () => {
    const { code, err, failed } = await held("leak", "application/loan/secrets");
    assertEquals([code, failed], [1, ["APP-409"]], err);
    assertStringIncludes(err, "aShelver was shown the remark of the loan in an answer");
  });

  it("is told of a lost event: a book that was taken back, and nobody hears of it", async () => {
    const { code, err, failed } = await held("lost", "application/loan/events");
    assertEquals([code, failed], [1, ["APP-406"]], err);
  });
});
