/**
 * Whether this machine kept up: a timer that should fire every 20 ms, and how late it was.
 *
 * A scenario about the server's clock proves nothing while Plumbline itself, or the whole machine,
 * stood still: a ping that was answered late may have been read late. Such a scenario is told again.
 */
export interface EventLoopLag {
  /** The longest this process stood still since `began` (a `performance.now()`), in milliseconds. */
  longestStall(began: number): number;
  stop(): void;
}

const BEAT_MS = 20;
/** Stalls are kept for longer than any scenario lasts at quick depth. */
const REMEMBERED_MS = 120_000;

/** Starts to listen to the process's own event loop. */
export function watchEventLoop(): EventLoopLag {
  let stalls: { readonly at: number; readonly ms: number }[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const late = now - last - BEAT_MS;
    if (late > BEAT_MS) {
      stalls.push({ at: now, ms: late });
      stalls = stalls.filter(({ at }) => now - at < REMEMBERED_MS);
    }
    last = now;
  }, BEAT_MS);
  Deno.unrefTimer(timer);
  return {
    longestStall: (began) =>
      Math.max(0, ...stalls.filter(({ at }) => at >= began).map(({ ms }) => ms)),
    stop: () => clearInterval(timer),
  };
}
