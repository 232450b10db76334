/** One app on this server: what it may do, what is going on in it, whom it tells. */
import { createChannelState } from "./channel_state.ts";
import type { Listeners } from "./events.ts";
import { createLocalReach } from "./local_reach.ts";
import type { AppSettings } from "./settings.ts";
import type { ChannelState } from "./state.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

export interface App {
  readonly settings: AppSettings;
  readonly state: ChannelState;
  readonly webhooks: Webhooks;
  /** Who wants to know what happens here. */
  readonly events: Listeners;
}

/** An app whose connections and state are all in this process. */
export function createApp(settings: AppSettings, events: Listeners = {}): App {
  const webhooks = createWebhooks(settings, events);
  const reach = createLocalReach(settings.id, events);
  const state = createChannelState(settings, reach, webhooks, events);
  return { settings, state, webhooks, events };
}
