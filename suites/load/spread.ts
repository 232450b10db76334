/** Which channels each client of a group joins: the same every time. */

/** Steps by the golden ratio spread over a range evenly, however many of them are taken. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * A list for each of `clients`, of `each` different numbers below `channels`; where all lists
 * repeat after a while, only the first round of them.
 *
 * Without `zipf` the channels are taken in turn, so that all have as many clients. With it, the
 * channel of rank r has a share of them in proportion to r^-zipf.
 */
export function spread(
  clients: number,
  channels: number,
  each: number,
  zipf?: number,
): number[][] {
  if (zipf === undefined) {
    const round = channels / greatestCommonDivisor(channels, each);
    return Array.from(
      { length: Math.min(clients, round) },
      (_, i) => Array.from({ length: each }, (_, j) => (i * each + j) % channels),
    );
  }
  const ranks = ranksOf(channels, zipf);
  let turn = 0;
  return Array.from({ length: clients }, () => {
    const joined = new Set<number>();
    while (joined.size < each) {
      let channel = ranks((GOLDEN / 2 + turn++ * GOLDEN) % 1);
      // Nobody joins one channel twice: the next most popular instead.
      while (joined.has(channel)) channel = (channel + 1) % channels;
      joined.add(channel);
    }
    return [...joined];
  });
}

/** From a number below 1 to a rank, so that ranks come as often as Zipf's law says. */
function ranksOf(channels: number, exponent: number): (share: number) => number {
  const upTo = new Float64Array(channels);
  let sum = 0;
  for (let rank = 0; rank < channels; rank++) upTo[rank] = sum += (rank + 1) ** -exponent;
  return (share) => {
    let low = 0, high = channels - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) > share * sum) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
