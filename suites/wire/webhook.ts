/** A webhook's body as Pusher's webhook page shows it, read without trusting it. */
import { isRecord, readJson } from "./frame.ts";

export interface WebhookBody {
  /** The decoded body, whatever it is. */
  readonly decoded: unknown;
  /** The objects in its `events`; none where there is no such list. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Never throws, whatever a target posts. */
export function readWebhook(body: string): WebhookBody {
  const decoded = readJson(body);
  const events = isRecord(decoded) && Array.isArray(decoded.events) ? decoded.events : [];
  return { decoded, events: events.filter(isRecord) };
}
