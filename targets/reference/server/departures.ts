/** Which departures are still to be announced, and who may announce what (P-153, P-288). */

export interface Departures {
  claim(key: string, ms: number): boolean;
  departed(key: string, ms: number, announce: () => void): void;
  returned(key: string, announce: () => void): void;
  /** Announces now what waits, in the order it happened: nobody can come back any more. */
  announceAll(): void;
}

export function createDepartures(): Departures {
  interface Departure {
    readonly timer: ReturnType<typeof setTimeout>;
    readonly announce: () => void;
  }
  const pending = new Map<string, Departure>();
  const claims = new Set<string>();
  return {
    claim(key, ms) {
      if (claims.has(key)) return false;
      claims.add(key);
      setTimeout(() => claims.delete(key), ms);
      return true;
    },
    departed(key, ms, announce) {
      clearTimeout(pending.get(key)?.timer);
      const timer = setTimeout(() => {
        pending.delete(key);
        announce();
      }, ms);
      pending.set(key, { timer, announce });
    },
    returned(key, announce) {
      const departure = pending.get(key);
      if (departure === undefined) return announce();
      clearTimeout(departure.timer);
      pending.delete(key);
    },
    announceAll() {
      for (const [key, { timer, announce }] of pending) {
        clearTimeout(timer);
        pending.delete(key);
        announce();
      }
    },
  };
}
