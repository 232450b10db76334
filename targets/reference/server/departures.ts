/** Which departures are still to be announced, and who may announce what (P-153, P-288). */

export interface Departures {
  claim(key: string, ms: number): boolean;
  departed(key: string, ms: number, announce: () => void): void;
  returned(key: string, announce: () => void): void;
}

export function createDepartures(): Departures {
  const pending = new Map<string, ReturnType<typeof setTimeout>>();
  const claims = new Set<string>();
  return {
    claim(key, ms) {
      if (claims.has(key)) return false;
      claims.add(key);
      setTimeout(() => claims.delete(key), ms);
      return true;
    },
    departed(key, ms, announce) {
      clearTimeout(pending.get(key));
      pending.set(
        key,
        setTimeout(() => {
          pending.delete(key);
          announce();
        }, ms),
      );
    },
    returned(key, announce) {
      const departure = pending.get(key);
      if (departure === undefined) return announce();
      clearTimeout(departure);
      pending.delete(key);
    },
  };
}
