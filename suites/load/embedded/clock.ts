/** The load worker's clock, and waiting on it. */

/** Nanoseconds since the worker began: monotonic, whole, and exact in a double for a hundred days. */
export type Nanos = number;

export const MILLISECOND = 1e6;
export const SECOND = 1e9;

/** Reads the clock. Publisher and receivers share one worker, so no other clock is ever compared. */
export const now = (): Nanos => Math.round(performance.now() * MILLISECOND);

/** How late the runtime's timers may wake: they round up to the next millisecond but one. */
const LATE_MS = 2.2;

/** Waits until an instant, to a millisecond or two; false where `signal` came first. */
export function sleepUntil(at: Nanos, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (came: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      resolve(came);
    };
    const aborted = () => settle(false);
    const timer = setTimeout(() => settle(true), Math.max(0, (at - now()) / MILLISECOND));
    signal.addEventListener("abort", aborted);
  });
}

/** Lets everything that is ready have its turn: sockets are read, timers fire. */
const turnAround = () => new Promise<void>((resolve) => void setImmediate(resolve));

/**
 * Waits until an instant, to some microseconds: the last two milliseconds it asks again and again,
 * between reads. For what is due a few times a second; it would keep a core busy otherwise.
 */
export async function wakeAt(at: Nanos, signal: AbortSignal): Promise<boolean> {
  if (at - now() > LATE_MS * MILLISECOND) await sleepUntil(at - LATE_MS * MILLISECOND, signal);
  do {
    if (signal.aborted) return false;
    await turnAround();
  } while (now() < at);
  return true;
}
