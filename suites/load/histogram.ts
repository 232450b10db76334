/** HdrHistograms, as the measurements hold them: latencies in microseconds, three significant digits. */
import { decodeFromCompressedBase64, type Histogram } from "hdr-histogram-js";

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
