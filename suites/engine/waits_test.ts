import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { countWaits } from "./waits.ts";

describe("what a run waits for", () => {
  it("is in vain once two scenarios have waited for it, and it never came", () => {
    const waits = countWaits();
    waits.inVain("receives P-147", "cache/a");
    waits.inVain("receives P-147", "cache/a");
    assertEquals(waits.isVain("receives P-147"), false);
    waits.inVain("receives P-147", "cache/b");
    assertEquals(waits.isVain("receives P-147"), true);
    assertEquals(waits.isVain("receives P-080"), false);
  });

  it("is not in vain where it came anywhere, before or after", () => {
    const waits = countWaits();
    for (const scenario of ["a", "b"]) waits.inVain("receives P-080", scenario);
    waits.came("receives P-080");
    assertEquals(waits.isVain("receives P-080"), false);
  });
});
