/**
 * Latency by percentile on the axis that HdrHistogram is known for: each nine has the same width,
 * so that the tail is as wide as the rest.
 */
import { type Histogram, quantileOf } from "../../../suites/record/load/histogram.ts";
import type { Chart, Point } from "../../kit/chart/chart.ts";

/** Positions are 1 / (1 - q), on a logarithmic scale. */
const DECADES = [0, 1, 2, 3, 4, 5];
const LISTED = new Set(DECADES.flatMap((decade) => [1, 2, 4].map((step) => step * 10 ** decade)));
const DRAWN = [
  ...new Set([
    ...LISTED,
    ...DECADES.flatMap((decade) => Array.from({ length: 24 }, (_, at) => 10 ** (decade + at / 24))),
  ]),
].sort((a, b) => a - b);

/** The curve up to the rarest that so many samples can tell of: the longest. */
export function curve(histogram: Histogram): Point[] {
  const count = histogram.totalCount;
  return [
    ...DRAWN.filter((x) => x < count)
      .map((x) => ({ x, y: quantileOf(histogram, 1 - 1 / x) / 1000 })),
    { x: Math.max(1, count), y: histogram.maxValue / 1000 },
  ];
}

export function percentileAxis(longest: number): Chart["x"] {
  return {
    label: "percentile",
    format: (x) => `p${percentile(x)}`,
    tick: percentile,
    scale: {
      type: "log",
      domain: [1, Math.max(10, longest)],
      // The median would run into its neighbours where there are many nines.
      ticks: [1, ...(longest < 1e5 ? [2] : []), ...DECADES.slice(1).map((decade) => 10 ** decade)]
        .filter((x) => x <= longest),
    },
  };
}

export const listedPercentile = (x: number) => LISTED.has(x);

function percentile(x: number): string {
  return String(Number((100 * (1 - 1 / x)).toFixed(4)));
}
