import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decodeHistogram } from "../../../suites/record/load/histogram.ts";
import { histogramOf } from "../../testing/load_sample.ts";
import { curve, listedPercentile, percentileAxis } from "./curve.ts";

describe("a curve by percentile", () => {
  const points = curve(decodeHistogram(histogramOf(1000, 100)));

  it("rises to the longest, which stands where its samples end", () => {
    assertEquals(points.at(-1)?.x, 1000);
    assert(Math.abs((points.at(-1)?.y ?? 0) - 100) < 0.1);
    assert(points.every(({ y }, at) => at === 0 || y >= (points[at - 1]?.y ?? 0)));
  });

  it("has each percentile where 1 / (1 - q) says", () => {
    const at = (x: number) => points.find((point) => point.x === x)?.y ?? 0;
    for (const [x, ms] of [[2, 50], [10, 90], [100, 99]] as const) {
      assert(Math.abs(at(x) - ms) < 0.2, `${x}: ${at(x)}`);
    }
  });

  it("is a point where there is one sample", () => {
    assertEquals(curve(decodeHistogram(histogramOf(1, 5))).map(({ x }) => x), [1]);
  });

  it("is named by its percentiles", () => {
    const { format } = percentileAxis(1000);
    assertEquals([1, 2, 4, 10, 20, 400, 1000, 100_000].filter(listedPercentile).map(format), [
      "p0",
      "p50",
      "p75",
      "p90",
      "p95",
      "p99.75",
      "p99.9",
      "p99.999",
    ]);
  });
});
