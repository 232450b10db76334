import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, sent } from "../cli/testing/history.ts";

describe("survives", () => {
  const finding = (outcome: "done" | "deadline") =>
    judged({
      verb: "survives",
      params: { canary: "bob", newcomer: "cho" },
      before: [sent("eve#1", "hostile", {})],
      ended: {
        outcome,
        ...(outcome === "done" ? {} : { detail: "a new client could not connect" }),
      },
    });

  it("holds when everybody else is served as before", () => {
    assertEquals(finding("done").holds, true);
  });

  it("fails when somebody is not, and quotes the hostile input", () => {
    const broken = finding("deadline");
    assertEquals(broken.holds, false);
    assertStringIncludes(broken.message, "a new client could not connect");
    assertEquals(broken.quotes.includes(0), true);
  });
});
