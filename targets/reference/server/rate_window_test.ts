import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRateWindow } from "./rate_window.ts";

describe("a rate window of ten", () => {
  it("admits ten at once and not the eleventh (P-171)", () => {
    const window = createRateWindow(10);
    const admitted = Array.from({ length: 30 }, (_, index) => window.admits(index));
    assertEquals(admitted.filter(Boolean).length, 10);
    assertEquals(admitted.indexOf(false), 10);
  });

  it("admits again when the first of them is a second ago (P-172)", () => {
    const window = createRateWindow(10);
    for (let index = 0; index < 10; index++) window.admits(index * 50);
    assertEquals([window.admits(999), window.admits(1000), window.admits(1001)], [
      false,
      true,
      false,
    ]);
  });

  it("never admits more than ten in any one second, wherever the second begins", () => {
    const window = createRateWindow(10);
    const times = Array.from({ length: 400 }, (_, index) => index * 10).filter((time) =>
      window.admits(time)
    );
    for (const start of times) {
      const within = times.filter((time) => time >= start && time < start + 1000);
      assertEquals(within.length <= 10, true);
    }
    assertEquals(times.length, 40);
  });
});
