/**
 * Looks for events that should have been sent by now and sends them: those of a process that ended
 * between commit and sending, of a queue that was away, of jobs that were tried often enough.
 */
import type { Outbox } from "./outbox.ts";
import { repeating } from "./repeating.ts";

const EVERY_MS = 250;

/** The first time it looks for everything, and after that for what is overdue. Returns its end. */
export function sweep(outbox: Outbox, clock: () => number): () => Promise<void> {
  async function once(beforeMs: number): Promise<void> {
    try {
      const overdue = await outbox.overdue(beforeMs);
      await Promise.allSettled(overdue.map((aggregate) => outbox.drain(aggregate)));
    } catch {
      // The database is away; the next time it may be there.
    }
  }

  const first = once(Number.MAX_SAFE_INTEGER);
  const stop = repeating(EVERY_MS, async () => {
    await first;
    await once(clock() - EVERY_MS);
  });
  return async () => {
    await Promise.all([first, stop()]);
  };
}
