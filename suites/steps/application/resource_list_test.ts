import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { judged } from "../../cli/testing/history.ts";

describe("reads a list", () => {
  const looking = (shows: "it" | "nothing", answer: object) =>
    judged({
      who: "ana",
      verb: "reads",
      params: { list: "ticket", reads: "7", shows },
      ended: { facts: { answer: { exchange: 1, ...answer } } },
    }).holds;
  const listed = (...ids: readonly string[]) => ({ outcome: "accepted", value: { ids } });
  const refused = { outcome: "refused", reason: "no" };

  it("fails where one's own is missing, or the list is refused", () => {
    assertEquals(looking("it", listed("6", "7")), true);
    assertEquals(looking("it", listed("6", "77")), false);
    assertEquals(looking("it", refused), false);
  });

  it("fails where somebody else's is there", () => {
    assertEquals(looking("nothing", listed("6")), true);
    assertEquals(looking("nothing", refused), true);
    assertEquals(looking("nothing", listed("6", "7")), false);
    assertEquals(looking("nothing", { outcome: "unknown", why: "the line broke" }), false);
  });
});
