/** A percentile of a histogram, and how certain it is. */
import { type Histogram, quantileOf } from "../../suites/record/load/histogram.ts";
import type { Figure } from "./difference.ts";

/** Measurements that must lie beyond a percentile for it to say something. */
const BEYOND = 5;
/** Standard normal, for the ranks on both sides that give the standard error. */
const Z = 1.96;

/**
 * The percentile in microseconds. How certain it is comes from the ranks around it, which are
 * binomial; `independent` is how many of the measurements are, as the deliveries of one event are not.
 */
export function percentileOf(
  histogram: Histogram,
  share: number,
  independent = histogram.totalCount,
): Figure {
  const value = Math.max(1, quantileOf(histogram, share));
  const count = Math.min(independent, histogram.totalCount);
  if (count * Math.min(share, 1 - share) < BEYOND) return { value, freedom: Infinity };
  const margin = Z * Math.sqrt(share * (1 - share) / count);
  const low = Math.max(1, quantileOf(histogram, Math.max(0, share - margin)));
  const high = Math.max(1, quantileOf(histogram, Math.min(1, share + margin)));
  return { value, variance: (Math.log(high / low) / (2 * Z)) ** 2, freedom: Infinity };
}
