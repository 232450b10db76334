/** How many connections a channel has, told to its subscribers and by webhook (P-176 to P-181). */
import type { Buffer } from "node:buffer";
import { eventFrame } from "./frames.ts";

/** Above this many connections the count is told at intervals only (P-179). */
const CROWD = 100;
const CROWD_INTERVAL_MS = 5000;

export function countFrame(channel: string, subscriptions: number): Buffer {
  return eventFrame({
    event: "pusher_internal:subscription_count",
    channel,
    data: JSON.stringify({ subscription_count: subscriptions }),
  });
}

/** Calls `tell` with a channel's count: now, or for a crowd with the latest at the interval's end. */
export type CountPace = (
  channel: string,
  count: () => number,
  tell: (subscriptions: number) => void,
) => void;

export function createCountPace(): CountPace {
  const waiting = new Set<string>();
  return (channel, count, tell) => {
    const subscriptions = count();
    if (subscriptions <= CROWD) return tell(subscriptions);
    if (waiting.has(channel)) return;
    waiting.add(channel);
    setTimeout(() => {
      waiting.delete(channel);
      tell(count());
    }, CROWD_INTERVAL_MS);
  };
}
