import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { counting, duration, percent, size } from "./numbers.ts";

describe("figures in words", () => {
  it("a share is never rounded up to all", () => {
    assertEquals(percent(10_000, 10_000), "100%");
    assertEquals(percent(9_999, 10_000), "99.99%");
    assertEquals(percent(999_999_999, 1_000_000_000), "99.9999999%");
    assertEquals(percent(1, 3), "33.3%");
    assertEquals(percent(0, 7), "0%");
  });

  it("durations, sizes and counts have three digits and the unit that fits", () => {
    assertEquals([0.87, 1.234, 65, 1234].map(duration), ["870us", "1.23ms", "65ms", "1.23s"]);
    assertEquals([14_830, 2_500_000].map(size), ["14.8KB", "2.5MB"]);
    assertEquals([counting(1, "delivery", "deliveries"), counting(20_000, "client")], [
      "1 delivery",
      "20,000 clients",
    ]);
  });
});
