/** Publishing what the application sent: one frame for each channel, the same bytes for everybody. */
import { Buffer } from "node:buffer";
import type { App } from "./app.ts";
import { isCache } from "./channels.ts";
import { eventFrame } from "./frames.ts";
import type { MaybePromise } from "./state.ts";

export interface Broadcast {
  readonly event: string;
  readonly data: string;
  readonly channels: readonly string[];
  readonly exceptSocketId: string | undefined;
}

/** Rejects with `Unavailable` when it is not certain that everybody is told. */
export function broadcast(
  app: App,
  { event, data, channels, exceptSocketId }: Broadcast,
): MaybePromise<void> {
  const pending: Promise<void>[] = [];
  for (const channel of channels) {
    app.events.published?.({
      app: app.settings.id,
      channel,
      event,
      size: Buffer.byteLength(data),
    });
    const ttlMs = app.settings.cacheTtlSeconds * 1000;
    const published = app.state.publish(channel, eventFrame({ event, channel, data }), {
      exceptSocketId,
      ...(isCache(channel) ? { remember: { event: { event, data }, ttlMs } } : {}),
    });
    if (published !== undefined) pending.push(published);
  }
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => {});
}
