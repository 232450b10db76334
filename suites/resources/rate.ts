/**
 * Reads a total that only grows, as a rate a second. The first says nothing yet, and neither does
 * one that counts from zero again: what it had counted before that is not known.
 */
export function rateOf(): (total: number | undefined, nowMs: number) => number | undefined {
  let last: { readonly total: number; readonly at: number } | undefined;
  return (total, at) => {
    const before = last;
    last = total === undefined ? undefined : { total, at };
    if (total === undefined || !before || at <= before.at || total < before.total) return undefined;
    return (total - before.total) / (at - before.at) * 1000;
  };
}
