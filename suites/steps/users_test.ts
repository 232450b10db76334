import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import type { Outcome } from "../engine/verb.ts";
import { judged, received, sent } from "../cli/testing/history.ts";

const signin = sent("ana#1", "pusher:signin", { auth: "key:0000", user_data: '{"id":"ana"}' });

const finding = (answer: Happening, ended: Partial<Outcome>) =>
  judged({
    verb: "signsIn",
    who: "ana",
    params: { signsIn: "ana" },
    during: [signin, answer],
    ended,
  });

describe("signsIn", () => {
  it("holds when the sign-in was answered with success", () => {
    const success = received("ana#1", "pusher:signin_success", undefined, { user_data: "{}" });
    assertEquals(finding(success, { took: [2] }).holds, true);
  });

  it("fails and says what came instead", () => {
    const error = received("ana#1", "pusher:error", undefined, { code: 4009 });
    const refused = finding(error, { outcome: "broken", detail: "ana was not signed in; 4009" });
    assertEquals(refused.holds, false);
    assertStringIncludes(refused.message, "4009");
    assertEquals(refused.quotes, [1]);
  });
});
