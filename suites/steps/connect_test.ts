import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged, received } from "../cli/testing/history.ts";

const greeting = received("ana#1", "pusher:connection_established", undefined, {
  socket_id: "1.1",
  activity_timeout: 120,
});

for (const form of [{}, { early: "orders" }, { patiently: true }]) {
  describe(`connects ${Object.keys(form).join()}`.trim(), () => {
    const finding = (greeted: boolean) =>
      judged({
        verb: "connects",
        who: "ana",
        params: { connects: null, ...form },
        during: greeted ? [greeting] : [],
        ended: greeted ? { took: [1] } : { outcome: "deadline", detail: "nothing arrived" },
      });

    it("holds with the greeting", () => assertEquals(finding(true).holds, true));

    it("fails without one, and says what came instead", () => {
      const wrong = finding(false);
      assertEquals(wrong.holds, false);
      assertStringIncludes(wrong.message, "nothing arrived");
    });
  });
}
