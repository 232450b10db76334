import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

describe("publish until", () => {
  const params = { on: "orders", event: "Again", until: ["ana", "ben"] };

  it("holds once a whole row has come to everybody, and says what was lost before", () => {
    const facts = { tookMs: 800, published: 6, lost: 2 };
    const finding = judged({ verb: "publish", params, ended: { outcome: "done", facts } });
    assertEquals(finding.holds, true);
    assertStringIncludes(finding.message, "after 800 ms; of 6 events, 2 were accepted");
  });

  it("fails when the deadline is over before that", () => {
    const detail = "90 events were published in 20000 ms, and never 2 came in a row";
    const finding = judged({ verb: "publish", params, ended: { outcome: "deadline", detail } });
    assertEquals([finding.holds, finding.observation], [false, "delivery did not resume"]);
    assertStringIncludes(finding.message, "never 2 came in a row");
  });
});
