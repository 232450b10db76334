/** Getting webhook events to one endpoint: signed, batched where wanted, tried again (P-275 to P-283). */
import { type AtOnce, atOnce } from "./at_once.ts";
import type { Listeners, WebhookOutcome } from "./events.ts";
import { logger } from "./log.ts";
import { sign } from "./signature.ts";
import type { AppSettings, WebhookEndpoint } from "./settings.ts";
import type { WebhookEvent } from "./webhooks.ts";

const ANSWER_TIMEOUT_MS = 4000;
const BATCH_SIZE = 20;
const BATCH_WAIT_MS = 250;
/** Requests to one endpoint at a time, so that a silent one cannot use up descriptors. */
const REQUESTS_AT_ONCE = 20;
/** Events kept for an endpoint that does not take them; beyond it new ones are given up. */
const MAX_WAITING = 10_000;

export interface Delivery {
  add(event: WebhookEvent): void;
  /** Resolves when nothing waits to be delivered. */
  idle(): Promise<void>;
  stop(): void;
}

type Sender = Pick<AppSettings, "id" | "key" | "secret" | "webhookRetry">;
type Report = (outcome: WebhookOutcome, events: readonly WebhookEvent[]) => void;

const log = logger("webhooks");

/**
 * Events of one channel reach the endpoint in the order they happened (P-292): each channel has a
 * lane of its own, so that one event that must be tried again holds up no other channel. A batch
 * mixes channels, so a batching endpoint has a single lane.
 */
export function createDelivery(
  endpoint: WebhookEndpoint,
  sender: Sender,
  { webhook }: Listeners,
): Delivery {
  const lanes = new Map<string, WebhookEvent[]>();
  const draining = new Set<Promise<void>>();
  const stopping = new AbortController();
  const limited = atOnce(REQUESTS_AT_ONCE);
  const most = endpoint.batch ? BATCH_SIZE : 1;
  const report: Report = (outcome, events) =>
    webhook?.({ app: sender.id, outcome, events: events.map(({ name }) => name) });
  let waiting = 0;
  let overflowing = false;

  async function drain(lane: string, events: WebhookEvent[]): Promise<void> {
    while (events.length > 0 && !stopping.signal.aborted) {
      if (endpoint.batch && events.length < most) await pause(BATCH_WAIT_MS, stopping.signal);
      const batch = events.splice(0, most);
      await deliver(endpoint.url, batch, sender, limited, stopping.signal, report);
      waiting -= batch.length;
    }
    lanes.delete(lane);
  }

  /** Says once, not for every event, that an endpoint has fallen too far behind. */
  function hasRoom(): boolean {
    const isFull = waiting >= MAX_WAITING;
    if (isFull && !overflowing) {
      log.warning("an endpoint is too far behind; events for it are given up");
    }
    overflowing = isFull;
    return !isFull;
  }

  return {
    add(event) {
      if (stopping.signal.aborted) return;
      if (!hasRoom()) return report("lost", [event]);
      waiting += 1;
      const lane = endpoint.batch ? "" : event.channel;
      const events = lanes.get(lane);
      if (events !== undefined) return void events.push(event);
      const started = [event];
      lanes.set(lane, started);
      const drained = drain(lane, started).finally(() => draining.delete(drained));
      draining.add(drained);
    },
    async idle() {
      while (draining.size > 0) await Promise.all(draining);
    },
    stop: () => stopping.abort(),
  };
}

/** Posts until a 2XX answer, backing off exponentially, and gives up in the end (P-281). */
async function deliver(
  url: string,
  events: readonly WebhookEvent[],
  { key, secret, webhookRetry }: Sender,
  limited: AtOnce,
  stopping: AbortSignal,
  report: Report,
): Promise<void> {
  const body = JSON.stringify({ time_ms: Date.now(), events });
  const headers = {
    "Content-Type": "application/json",
    "X-Pusher-Key": key,
    "X-Pusher-Signature": sign(secret, body),
  };
  const startedAt = performance.now();
  for (let waitMs = webhookRetry.initialMs; !stopping.aborted; waitMs *= 2) {
    if (await limited(() => isAccepted(url, headers, body, stopping))) {
      return report("delivered", events);
    }
    report("refused", events);
    if (performance.now() + waitMs - startedAt > webhookRetry.giveUpAfterMs) {
      log.warning("an endpoint did not accept an event in time; it is given up");
      return report("lost", events);
    }
    await pause(waitMs, stopping);
  }
}

async function isAccepted(
  url: string,
  headers: Record<string, string>,
  body: string,
  stopping: AbortSignal,
): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Refused, reset or silent: all the same, it was not accepted.
  }
}

/** Resolves after `ms`, or at once when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
