/** The generator's own condition: what it uses, and how late its timers wake it. */
import process from "node:process";
import { MILLISECOND, type Nanos, now, sleepUntil } from "./clock.ts";
import { Histogram } from "./histogram.ts";

const BEAT = 10 * MILLISECOND;

/** Seconds of CPU this process has used, of all cores. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bytes of this process that are in memory. */
export const residentBytes = (): number => Deno.memoryUsage().rss;

/**
 * Samples how late timers wake this worker, until `over`. A beat that came very late stands for
 * all those that it swallowed.
 */
export async function beat(delays: Histogram, over: AbortSignal): Promise<void> {
  for (;;) {
    const next: Nanos = now() + BEAT;
    if (!await sleepUntil(next, over)) return;
    delays.recordEvery(now() - next, BEAT);
  }
}
