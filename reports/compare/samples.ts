/** The mean of samples a second, and how certain it is although neighbours are alike. */
import { mean, sampleVariance } from "simple-statistics";
import type { Figure } from "./difference.ts";

/** Batches that the samples are laid into: the means of batches are nearly independent. */
const BATCHES = 5;

/** The mean; undefined of nothing, or of nothing but zeros. */
export function meanOf(samples: readonly number[]): Figure | undefined {
  if (samples.length === 0 || mean([...samples]) <= 0) return undefined;
  const value = mean([...samples]);
  const size = Math.floor(samples.length / BATCHES);
  if (size < 1) return { value, freedom: Infinity };
  const means = Array.from(
    { length: BATCHES },
    (_, at) => mean(samples.slice(at * size, (at + 1) * size)),
  );
  return {
    value,
    // Of the logarithm, near the mean.
    variance: sampleVariance(means) / BATCHES / value ** 2,
    freedom: BATCHES - 1,
  };
}
