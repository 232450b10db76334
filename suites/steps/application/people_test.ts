import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../../cli/testing/history.ts";

const loggedIn = (outcome: "done" | "broken") =>
  judged({
    verb: "isA",
    params: { isA: "staff" },
    who: "ana",
    ended: { outcome, ...(outcome === "done" ? {} : { detail: "it was refused with 401" }) },
  });

describe("isA", () => {
  it("holds where the client was logged in", () => {
    assertEquals(loggedIn("done").holds, true);
  });

  it("fails where it was not, and says how that was answered", () => {
    assertEquals(loggedIn("broken").holds, false);
    assertEquals(loggedIn("broken").message, "it was refused with 401");
  });
});
