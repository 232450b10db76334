import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../cli/testing/history.ts";

for (
  const [verb, params, event] of [
    ["runs", { runs: "pusher-js" }, "connected"],
    ["joins", { joins: "orders" }, "pusher:subscription_succeeded"],
  ] as const
) {
  describe(`a page that ${verb}`, () => {
    const finding = (came: boolean) =>
      judged({
        verb,
        who: "ana",
        params,
        during: came ? [{ kind: "page", who: "ana", what: "state", event }] : [],
        ended: came ? { took: [1] } : { outcome: "broken", detail: "its page was told nothing" },
      });

    it(`holds once the library says ${event}`, () => assertEquals(finding(true).holds, true));

    it("fails when it does not, and shows what the page was told", () => {
      const missed = finding(false);
      assertEquals(missed.holds, false);
      assertStringIncludes(missed.message, "its page was told nothing");
    });
  });
}
