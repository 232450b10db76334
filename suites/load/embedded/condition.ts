/** The generator's own condition: what it uses, and how late its timers wake it. */
import process from "node:process";
import { MILLISECOND, now } from "./clock.ts";
import { Histogram } from "./histogram.ts";

/** Rarely: each costs a turn of the whole event loop, which at 100 a second was a tenth of all CPU. */
const BEAT = 50 * MILLISECOND;

/** Seconds of CPU this process has used, of all cores. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bytes of this process that are in memory. */
export const residentBytes = (): number => Deno.memoryUsage().rss;

/**
 * Samples how late timers wake this process, until `over`. A beat that came very late stands for
 * all those that it swallowed.
 */
export function beat(delays: Histogram, over: AbortSignal): void {
  let next = now() + BEAT;
  const timer = setInterval(() => {
    const at = now();
    delays.recordEvery(Math.max(0, at - next), BEAT);
    next = at + BEAT;
  }, BEAT / MILLISECOND);
  over.addEventListener("abort", () => clearInterval(timer));
}
