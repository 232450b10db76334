/** The load process's clock, and waiting on it. */

/** Nanoseconds since the process began: monotonic, whole, and exact in a double for a hundred days. */
export type Nanos = number;

export const MILLISECOND = 1e6;
export const SECOND = 1e9;

/** Reads the clock. Publisher and receivers share one thread, so no other clock is ever compared. */
export const now = (): Nanos => Math.round(performance.now() * MILLISECOND);

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

/** The runtime's timers round up to the next whole millisecond, and wake a little later. */
const LATE = 1.25 * MILLISECOND;

/**
 * Waits until an instant, to some microseconds: the last millisecond it asks again and again,
 * between reads. For what is due a few times a second; it would keep a core busy otherwise.
 */
export async function wakeAt(at: Nanos, signal: AbortSignal): Promise<boolean> {
  const coarse = Math.floor((at - now() - LATE) / MILLISECOND) * MILLISECOND;
  if (coarse > 0 && !await sleepUntil(now() + coarse, signal)) return false;
  do {
    if (signal.aborted) return false;
    await turnAround();
  } while (now() < at);
  return true;
}
