/** One app on this server: what it may do, what is going on in it, whom it tells. */
import { createMemoryState } from "./memory_state.ts";
import type { AppSettings } from "./settings.ts";
import type { ChannelState } from "./state.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

export interface App {
  readonly settings: AppSettings;
  readonly state: ChannelState;
  readonly webhooks: Webhooks;
}

export function createApp(settings: AppSettings): App {
  return { settings, state: createMemoryState(), webhooks: createWebhooks(settings) };
}
