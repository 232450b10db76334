/** Telling users when those on their watchlist come and go (P-196 to P-200). */
import type { Buffer } from "node:buffer";
import { type Connection, send } from "./connection.ts";
import { eventFrame } from "./frames.ts";
import type { SignIn } from "./state.ts";

export const MAX_WATCHED = 100;

interface WatchlistEvent {
  readonly name: "online" | "offline";
  readonly user_ids: readonly string[];
}

/** Right after sign-in: who of the watched is here, who is not. */
export function tellWatchlist(connection: Connection, { online, offline }: SignIn): void {
  const events: WatchlistEvent[] = [];
  if (online.length > 0) events.push({ name: "online", user_ids: online });
  if (offline.length > 0) events.push({ name: "offline", user_ids: offline });
  if (events.length > 0) send(connection, watchlistFrame(events));
}

export function watchlistFrame(events: readonly WatchlistEvent[]): Buffer {
  return eventFrame({
    event: "pusher_internal:watchlist_events",
    data: JSON.stringify({ events }),
  });
}
