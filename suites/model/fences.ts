/** For one connection: which later event of the same publisher came, and when; or when all was at rest. */
import type { Delivery } from "./deliveries.ts";
import type { History } from "./history.ts";
import type { Publication } from "./publications.ts";

export interface Fences {
  /** When something came that was published on the same path after this had been answered. */
  after(publication: Publication): number | undefined;
  /** Whether this publication is known to have come. */
  has(publication: Publication): boolean;
}

export function createFences(
  deliveries: readonly Delivery[],
  { options, events, quiet }: History,
): Fences {
  const paths = new Map<string, { begin: number; came: number }[]>();
  const came = new Set<Publication>();
  for (const { candidates, message } of deliveries) {
    for (const candidate of candidates) came.add(candidate);
    const [publication, second] = candidates;
    if (!publication || second) continue;
    const list = paths.get(publication.path);
    const entry = { begin: publication.begin, came: message.seq };
    if (list) list.push(entry);
    else paths.set(publication.path, [entry]);
  }
  for (const list of paths.values()) {
    list.sort((a, b) => a.begin - b.begin);
    // From the end: the earliest arrival of this or anything published later.
    for (let index = list.length - 2; index >= 0; index--) {
      const [entry, next] = [list[index], list[index + 1]];
      if (entry && next) entry.came = Math.min(entry.came, next.came);
    }
  }
  const last = events.at(-1)?.t ?? 0;
  return {
    after: ({ path, end, endT }) => {
      const rest = quiet.find((seq) => seq > end);
      if (rest !== undefined) return rest;
      if (options.ordering !== "kept" && last - endT < options.settleMs) return undefined;
      const list = paths.get(path) ?? [];
      let low = 0;
      let high = list.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((list[middle]?.begin ?? Infinity) > end) high = middle;
        else low = middle + 1;
      }
      return list[low]?.came;
    },
    has: (publication) => came.has(publication),
  };
}
