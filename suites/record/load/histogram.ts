/** HdrHistograms, as the measurements hold them: latencies in microseconds, three significant digits. */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

export type { Histogram };

/**
 * Reads a histogram back that either engine wrote.
 *
 * @param text HdrHistogram's V2 compressed format, in base64.
 * @throws {Error} when it is none.
 */
export function decodeHistogram(text: string): Histogram {
  return decodeFromCompressedBase64(text, 64, false);
}

/** The microseconds that this share of all (0 to 1, and 1 is the longest) does not exceed. */
export function quantileOf(histogram: Histogram, share: number): number {
  return share >= 1 ? histogram.maxValue : histogram.getValueAtPercentile(share * 100);
}

/** All of these in one: nothing where there are none, or nothing is in them. */
export function sumOf(texts: readonly string[]): Histogram | undefined {
  const sum = emptyHistogram();
  for (const text of texts) sum.add(decodeHistogram(text));
  return sum.totalCount > 0 ? sum : undefined;
}

/** One to record in or add to. Counts are doubles: an hour of fan-out passes what 32 bits hold. */
export function emptyHistogram(): Histogram {
  return build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 120_000_000, // as k6/engine/histogram.go has it
    numberOfSignificantValueDigits: 3,
  });
}

/** As the measurements hold it. */
export const encodeHistogram = (histogram: Histogram): string =>
  encodeIntoCompressedBase64(histogram);
