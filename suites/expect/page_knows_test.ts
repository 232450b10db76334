import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
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
});
