import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Happening } from "../record/evidence.ts";
import { judged } from "../cli/testing/history.ts";

const finding = (params: Readonly<Record<string, unknown>>, found: unknown, wished = params.is) =>
  judged({ verb: "knows", who: "ana", params, ended: { facts: { found, wished } } });

describe("knows", () => {
  it("holds the library's settings against a matcher", () => {
    const wish = { knows: "settings", is: { activityTimeout: 120000 } };
    assertEquals(finding(wish, { activityTimeout: 120000 }).holds, true);
    assertEquals(finding(wish, { activityTimeout: 60000 }).holds, false);
  });

  it("holds its socket id against the one that was announced", () => {
    const wish = { knows: "socket id", is: "1.2" };
    assertEquals(finding(wish, "1.2").holds, true);
    assertEquals(finding(wish, "1.1").holds, false);
    assertEquals(finding(wish, null).holds, false);
  });

  it("wants exactly the members that are there, and names them", () => {
    const wish = { knows: "members", is: ["ana", "ben"], on: "presence-room" };
    const members = (...found: string[]) => finding(wish, found, ["ana-k3f9", "ben-k3f9"]);
    assertEquals(members("ana-k3f9", "ben-k3f9").holds, true);
    assertEquals(members("ana-k3f9").holds, false);
    const surplus = members("ana-k3f9", "ben-k3f9", "cho-k3f9");
    assertEquals(surplus.holds, false);
    assertStringIncludes(surplus.message, "cho-k3f9");
  });

  it("quotes what the target told the library of the members", () => {
    const frame = (event: string): Happening => ({
      kind: "received",
      socket: "ana#1",
      opcode: "text",
      text: JSON.stringify({ event, channel: "presence-room-k3f9", data: "{}" }),
      bytes: 1,
    });
    const { quotes } = judged({
      verb: "knows",
      who: "ana",
      params: { knows: "members", is: ["ana", "ben"], on: "presence-room" },
      before: [
        "pusher_internal:subscription_succeeded",
        "OrderShipped",
        "pusher_internal:member_added",
      ].map(frame),
      ended: { facts: { found: ["ana"], wished: ["ana", "ben"], channel: "presence-room-k3f9" } },
    });
    assertEquals(quotes, [0, 2]);
  });
});
