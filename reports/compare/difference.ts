/**
 * Whether two figures differ, by more than repeating the run would make them.
 *
 * Figures are compared by their logarithms: a difference is then a factor, and what is measured in
 * milliseconds or bytes is skewed much less. One run says how uncertain its own figure is; three
 * and more say besides how much runs differ, which is what counts.
 */
import { mean, probit, sampleVariance } from "simple-statistics";

/** A figure with its uncertainty. */
export interface Figure {
  /** In its own unit, above zero. */
  readonly value: number;
  /** Variance of its logarithm; undefined where nothing tells. */
  readonly variance?: number;
  /** Degrees of freedom of that variance. */
  readonly freedom: number;
}

/** A factor from the base to the new, as the share it adds: 0.12 is 12% more. */
export interface Difference {
  readonly share: number;
  /** The confidence interval; absent where nothing tells how certain it is. */
  readonly interval?: { readonly low: number; readonly high: number };
}

/** So many runs tell how much runs differ. */
export const REPEATS = 3;

/**
 * The same figure of several runs as one.
 *
 * @param assumed How much runs differ where fewer than `REPEATS` tell it: a standard deviation of
 * their logarithms.
 */
export function together(runs: readonly Figure[], assumed: number): Figure | undefined {
  if (runs.length === 0) return undefined;
  const logs = runs.map(({ value }) => Math.log(value));
  const value = Math.exp(mean(logs));
  if (runs.length >= REPEATS) {
    return { value, variance: sampleVariance(logs) / runs.length, freedom: runs.length - 1 };
  }
  const within = runs.map(({ variance }) => variance);
  const known = within.filter((one) => one !== undefined);
  const freedom = Math.min(...runs.map((one) => one.freedom));
  return known.length < within.length
    ? { value, freedom }
    : { value, variance: (mean(known) + assumed ** 2) / runs.length, freedom };
}

/**
 * The difference between two figures.
 *
 * @param of How many such differences are judged together: their intervals hold together.
 */
export function differenceOf(base: Figure, other: Figure, of: number): Difference {
  const log = Math.log(other.value) - Math.log(base.value);
  const share = Math.exp(log) - 1;
  if (base.variance === undefined || other.variance === undefined) return { share };
  const variance = base.variance + other.variance;
  const margin = quantile(1 - 0.05 / (2 * of), freedomOf(base, other)) * Math.sqrt(variance);
  return {
    share,
    interval: { low: Math.exp(log - margin) - 1, high: Math.exp(log + margin) - 1 },
  };
}

/** Whether a difference is one: beyond the threshold, and the interval on one side of nothing. */
export function isBeyond({ share, interval }: Difference, threshold: number): boolean {
  if (!interval || Math.abs(share) <= threshold) return false;
  return interval.low > 0 || interval.high < 0;
}

/** Welch and Satterthwaite. */
function freedomOf(a: Figure, b: Figure): number {
  const [va, vb] = [a.variance ?? 0, b.variance ?? 0];
  const spread = va ** 2 / a.freedom + vb ** 2 / b.freedom;
  return spread === 0 ? Infinity : (va + vb) ** 2 / spread;
}

/** Student's t, by Abramowitz and Stegun 26.7.5: to 1% from three degrees of freedom on. */
function quantile(probability: number, freedom: number): number {
  const z = probit(probability);
  return z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3);
}
