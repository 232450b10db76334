/** What a server says in the place of an event that it was to keep (P-147, P-152). */
import type { View } from "../engine/verb.ts";
import type { Evidence } from "../record/evidence.ts";
import { isFrame, isOf } from "../record/frames.ts";

/** The cache miss on this channel that came after the last publication on it, if one did. */
export function cacheMissInstead({ events, end, who }: View, channel: unknown): Evidence[] {
  if (typeof channel !== "string") return [];
  const before = events.slice(0, end);
  const published = before.findLastIndex((event) =>
    event.kind === "request" && event.method === "POST" && event.body.includes(channel)
  );
  if (published < 0) return [];
  const miss = before.slice(published).findLast((event) =>
    isOf(who, event) && isFrame(event, { event: "pusher:cache_miss", channel })
  );
  return miss ? [miss] : [];
}
