/**
 * What a run has waited for in vain. A wait goes on long beyond its deadline, so that what comes late
 * is told from what never comes. Where a whole run shows that something never comes, that is known.
 */

/** How the waits of a run ended, by what was waited for. */
export interface Waits {
  /** Whether it never came so far, though several scenarios waited for it as long as may be. */
  isVain(what: string): boolean;
  came(what: string): void;
  inVain(what: string, scenario: string): void;
}

/** So many scenarios that waited in vain show that it does not come. */
const ENOUGH = 2;

export function countWaits(): Waits {
  const came = new Set<string>();
  const inVain = new Map<string, Set<string>>();
  return {
    isVain: (what) => !came.has(what) && (inVain.get(what)?.size ?? 0) >= ENOUGH,
    came: (what) => void came.add(what),
    inVain: (what, scenario) =>
      void inVain.set(what, (inVain.get(what) ?? new Set()).add(scenario)),
  };
}
