/** Publishing what the application sent: one frame for each channel, the same bytes for everybody. */
import type { App } from "./app.ts";
import { isCache } from "./channels.ts";
import { eventFrame } from "./frames.ts";

export interface Broadcast {
  readonly event: string;
  readonly data: string;
  readonly channels: readonly string[];
  readonly exceptSocketId: string | undefined;
}

export function broadcast(app: App, { event, data, channels, exceptSocketId }: Broadcast): void {
  for (const channel of channels) {
    const ttlMs = app.settings.cacheTtlSeconds * 1000;
    app.state.publish(channel, eventFrame({ event, channel, data }), {
      exceptSocketId,
      ...(isCache(channel) ? { remember: { event: { event, data }, ttlMs } } : {}),
    });
  }
}
