import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { bytes, milliseconds, share } from "./number.ts";

describe("a figure", () => {
  it("has three digits that mean something", () => {
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

  it("of bytes has the unit that makes it short", () => {
    assertEquals([0, 812, 9050, 62_100_000, 1.2e9, 7e15, -1500].map(bytes), [
      "0 B",
      "812 B",
      "9.05 kB",
      "62.1 MB",
      "1.20 GB",
      "7,000 TB",
      "-1.50 kB",
    ]);
  });

  it("of a share is whole only where it is, and nothing of nothing", () => {
    assertEquals([share(5, 5), share(9999, 10_000), share(0, 4), share(0, 0)], [
      "100%",
      "99.99%",
      "0%",
      "–",
    ]);
  });
});
