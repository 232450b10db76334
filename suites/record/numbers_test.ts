import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { bytes, clock, counting, duration, milliseconds, percent, significant } from "./numbers.ts";

describe("numbers", () => {
  it("have three digits that mean something", () => {
    assertEquals([0, 0.5, 0.1234, 2, 99.94, 1234.5].map(significant), [
      "0",
      "0.5",
      "0.123",
      "2",
      "99.9",
      "1,235",
    ]);
  });

  it("in a column have as many digits as their like", () => {
    assertEquals([0, 421, 8126, 33_948, 99_949, 99_951, 2_406_399].map(milliseconds), [
      "0.00",
      "0.42",
      "8.13",
      "33.9",
      "99.9",
      "100",
      "2,406",
    ]);
  });

  it("of durations have the unit that fits", () => {
    assertEquals([0.87, 1.234, 65, 1234, 59_400, 59_600, 200_000].map(duration), [
      "870 µs",
      "1.23 ms",
      "65 ms",
      "1.23 s",
      "59.4 s",
      "1 min",
      "3 min 20 s",
    ]);
  });

  it("of bytes have the unit that makes them short", () => {
    assertEquals([0, 812, 9050, 62_100_000, 1.2e9, 7e15, -1500].map(bytes), [
      "0 B",
      "812 B",
      "9.05 kB",
      "62.1 MB",
      "1.2 GB",
      "7,000 TB",
      "-1.5 kB",
    ]);
  });

  it("of a share are never rounded up to all, and are a dash of nothing", () => {
    assertEquals(percent(10_000, 10_000), "100%");
    assertEquals(percent(9_999, 10_000), "99.99%");
    assertEquals(percent(999_999_999, 1_000_000_000), "99.9999999%");
    assertEquals(percent(1, 3), "33.3%");
    assertEquals(percent(0, 7), "0%");
    assertEquals(percent(0, 0), "–");
  });

  it("count in the singular and in the plural", () => {
    assertEquals([counting(1, "delivery", "deliveries"), counting(20_000, "client")], [
      "1 delivery",
      "20,000 clients",
    ]);
  });

  it("of moments are read off a clock", () => {
    assertEquals(clock("2026-03-01T12:00:00.123Z"), "2026-03-01 12:00:00 UTC");
  });
});
