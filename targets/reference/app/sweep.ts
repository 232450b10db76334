/**
 * Looks for events that should have been sent by now and sends them: those of a process that ended
 * between commit and sending, of a queue that was away, of jobs that were tried often enough.
 */
import type { Outbox } from "./outbox.ts";

const EVERY_MS = 1000;

/** The first time it looks for everything, and after that for what is overdue. Returns its end. */
export function sweep(outbox: Outbox, clock: () => number): () => Promise<void> {
  let stopped = false;
  let wake = () => {};

  async function once(beforeMs: number): Promise<void> {
    try {
      const overdue = await outbox.overdue(beforeMs);
      await Promise.allSettled(overdue.map((aggregate) => outbox.drain(aggregate)));
    } catch {
      // The database is away; the next time it may be there.
    }
  }

  async function run(): Promise<void> {
    await once(Number.MAX_SAFE_INTEGER);
    while (!stopped) {
      const pause = Promise.withResolvers<void>();
      const timer = setTimeout(pause.resolve, EVERY_MS);
      wake = pause.resolve;
      await pause.promise;
      clearTimeout(timer);
      if (!stopped) await once(clock() - EVERY_MS);
    }
  }

  const running = run();
  return () => {
    stopped = true;
    wake();
    return running;
  };
}
