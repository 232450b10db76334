/** Webhooks: what is told to whom (P-275 to P-294). */
import type { AppSettings, WebhookName } from "./settings.ts";
import { createDelivery } from "./webhook_delivery.ts";

/** One event of a webhook's body, as Pusher's webhook page shows it. */
export interface WebhookEvent {
  readonly name: WebhookName;
  readonly channel: string;
  readonly [field: string]: string | number;
}

export interface Webhooks {
  /** Hands the event over for delivery and returns at once (P-293). */
  announce(event: WebhookEvent): void;
  /** Gives up what is not delivered yet. */
  stop(): void;
}

export function createWebhooks(settings: AppSettings): Webhooks {
  const deliveries = settings.webhooks.map((endpoint) => ({
    wants: new Set<WebhookName>(endpoint.events),
    wantsAll: endpoint.events === undefined,
    delivery: createDelivery(endpoint, settings),
  }));
  return {
    announce(event) {
      for (const { wants, wantsAll, delivery } of deliveries) {
        if (wantsAll || wants.has(event.name)) delivery.add(event);
      }
    },
    stop() {
      for (const { delivery } of deliveries) delivery.stop();
    },
  };
}
