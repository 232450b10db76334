/** Webhooks: what is told to whom (P-275 to P-294). */
import type { AppSettings, WebhookName } from "./settings.ts";
import { within } from "./drain.ts";
import type { Listeners } from "./events.ts";
import { logger } from "./log.ts";
import { createDelivery } from "./webhook_delivery.ts";

const log = logger("webhooks");

/** One event of a webhook's body, as Pusher's webhook page shows it. */
export interface WebhookEvent {
  readonly name: WebhookName;
  readonly channel: string;
  readonly [field: string]: string | number;
}

export interface Webhooks {
  /** Hands the event over for delivery and returns at once (P-293). */
  announce(event: WebhookEvent): void;
  /** Delivers what was announced, for `ms` at most, and gives up the rest. */
  finish(ms: number): Promise<void>;
}

/** `events` are told how each delivery went. */
export function createWebhooks(settings: AppSettings, events: Listeners): Webhooks {
  const deliveries = settings.webhooks.map((endpoint) => ({
    wants: new Set<WebhookName>(endpoint.events),
    wantsAll: endpoint.events === undefined,
    delivery: createDelivery(endpoint, settings, events),
  }));
  return {
    announce(event) {
      for (const { wants, wantsAll, delivery } of deliveries) {
        if (wantsAll || wants.has(event.name)) delivery.add(event);
      }
    },
    async finish(ms) {
      const idle = await within(Promise.all(deliveries.map(({ delivery }) => delivery.idle())), ms);
      if (!idle) log.warning("the server ended before every event was delivered");
      for (const { delivery } of deliveries) delivery.stop();
    },
  };
}
