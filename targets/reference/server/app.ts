/** One app on this server: what it may do, what is going on in it, whom it tells. */
import { createChannelState } from "./channel_state.ts";
import { localReach } from "./local_reach.ts";
import type { AppSettings } from "./settings.ts";
import type { ChannelState } from "./state.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

export interface App {
  readonly settings: AppSettings;
  readonly state: ChannelState;
  readonly webhooks: Webhooks;
}

/** An app whose connections and state are all in this process. */
export function createApp(settings: AppSettings): App {
  const webhooks = createWebhooks(settings);
  return { settings, state: createChannelState(settings, localReach, webhooks), webhooks };
}
