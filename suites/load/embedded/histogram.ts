/** Recording durations, in nanoseconds, into a histogram of microseconds. */
import {
  emptyHistogram,
  encodeHistogram,
  type Histogram as Hdr,
  quantileOf,
} from "../../record/load/histogram.ts";

/** Two minutes: what is beyond counts as that. */
const HIGHEST_US = 120_000_000;

export class Histogram {
  readonly #hdr: Hdr = emptyHistogram();

  record(nanos: number): void {
    this.#hdr.recordValue(within(nanos));
  }

  /**
   * Records one duration of something that is sampled at an interval, and with a long one the
   * samples that it kept from being taken.
   */
  recordEvery(nanos: number, interval: number): void {
    this.#hdr.recordValueWithExpectedInterval(within(nanos), interval / 1000);
  }

  get count(): number {
    return this.#hdr.totalCount;
  }

  /** The duration in microseconds that this share of all does not exceed; 0 of none. */
  quantile(share: number): number {
    return this.count === 0 ? 0 : quantileOf(this.#hdr, share);
  }

  reset(): void {
    this.#hdr.reset();
  }

  /** As the measurements hold it. */
  encoded(): string {
    return encodeHistogram(this.#hdr);
  }
}

const within = (nanos: number) => Math.min(Math.max(Math.floor(nanos / 1000), 0), HIGHEST_US);
