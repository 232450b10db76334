import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeHistogram, quantileOf } from "./histogram.ts";

/** Written by hdrhistogram-go as the engine uses it: every millisecond from 1 to 1,000, once. */
const WRITTEN_BY_GO =
  "HISTFAAAAI942pJpmSzMwMB+mgECmKE0I4hgV+djsP8AETjPz3SWn2kqB9NTdqaFLEwfmaFoORPTd0YsaCUjUzVTJR6c" +
  "zWTNZM1kCybJo3WZpJlkmWSRSPrz+Zl4mbiZeKEQwcIuOlzl2ZlYwZAZSqNC4kVH9Q99/cxMDGgQQwAXJFohLcwctXzU" +
  "8pFhOSAAAP//Xuw7+Q==";

describe("a histogram", () => {
  const histogram = decodeHistogram(WRITTEN_BY_GO);

  it("is read as the Go engine wrote it, to three digits and never too low", () => {
    assertEquals(histogram.totalCount, 1000);
    for (const share of [0.001, 0.5, 0.9, 0.99, 0.999]) {
      const truth = share * 1_000_000;
      const read = quantileOf(histogram, share);
      assert(read >= truth && read <= truth * 1.001, `${share}: ${read}`);
    }
  });

  it("has its longest at the whole", () => {
    assertEquals(quantileOf(histogram, 1), 1_000_447);
  });

  it("is refused where it is none", () => {
    for (const text of ["", "HISTF", "HISTFAAAA", "!"]) {
      assertThrows(() => decodeHistogram(text), Error);
    }
  });
});
