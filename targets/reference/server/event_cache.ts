/** The last event of each cache channel, for its time to live (P-149, P-154, P-157). */
import type { CachedEvent } from "./state.ts";

export interface EventCache {
  set(channel: string, event: CachedEvent, ttlMs: number): void;
  get(channel: string): { event: CachedEvent; ttlMs: number } | undefined;
}

/** `clock` is monotonic milliseconds. */
export function createEventCache(clock: () => number = () => performance.now()): EventCache {
  /** In the order they were set: with one time to live per app, also the order they expire. */
  const entries = new Map<string, { event: CachedEvent; expiresAt: number }>();

  function forgetExpired(now: number): void {
    for (const [channel, entry] of entries) {
      if (entry.expiresAt > now) return;
      entries.delete(channel);
    }
  }

  return {
    set(channel, event, ttlMs) {
      const now = clock();
      forgetExpired(now);
      entries.delete(channel);
      entries.set(channel, { event, expiresAt: now + ttlMs });
    },
    get(channel) {
      const now = clock();
      forgetExpired(now);
      const entry = entries.get(channel);
      return entry && { event: entry.event, ttlMs: entry.expiresAt - now };
    },
  };
}
