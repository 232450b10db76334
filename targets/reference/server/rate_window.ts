/** At most so many in any one second (P-171, P-172), or another window. */
export interface RateWindow {
  /** Whether one more may happen at `now` (monotonic milliseconds); counts it when it may. */
  admits(now: number): boolean;
}

/** `limit` must be 1 or more. Remembers only the times of the last `limit` admitted. */
export function createRateWindow(limit: number, windowMs = 1000): RateWindow {
  const admitted = new Float64Array(limit).fill(-Infinity);
  let oldest = 0;
  return {
    admits(now) {
      const earliest = admitted[oldest] ?? -Infinity;
      if (now - earliest < windowMs) return false;
      admitted[oldest] = now;
      oldest = (oldest + 1) % limit;
      return true;
    },
  };
}
