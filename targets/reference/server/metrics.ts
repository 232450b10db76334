/** What one thread of the server counts for Prometheus. Loaded only where metrics are on. */
import { Counter, Gauge, Histogram, type MetricObjectWithValues, Registry } from "prom-client";
import type { MetricValue } from "prom-client";
import { accessOf, isCache } from "./channels.ts";
import { closeCodes } from "./close_codes.ts";
import type { Listeners } from "./events.ts";

/** A thread's counts as data that can be posted and summed. */
export type Counts = MetricObjectWithValues<MetricValue<string>>[];

export interface Metrics {
  readonly listeners: Listeners;
  counts(): Promise<Counts>;
  stop(): void;
}

const LAG_PERIOD_MS = 100;

export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry = new Registry()] = registers;
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `plumbline_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `plumbline_${name}`, help, labelNames, registers });

  const connections = gauge("connections", "Connections that are open", ["app"]);
  const opened = counter("connections_opened_total", "Connections that were opened", ["app"]);
  const refused = counter("connections_refused_total", "Clients that were turned away", ["code"]);
  const closed = counter("connections_closed_total", "Connections that ended", ["app", "code"]);
  const pruned = counter("connections_pruned_total", "Silent clients that were given up", ["app"]);
  const channels = gauge("channels", "Occupied channels", ["app", "kind"]);
  const subscriptions = gauge("subscriptions", "Subscriptions", ["app", "kind"]);
  const published = counter("events_published_total", "Events by HTTP, a channel each", ["app"]);
  const received = counter("messages_received_total", "Messages of clients", ["app"]);
  const bytesIn = counter("received_bytes_total", "Bytes of clients' messages", ["app"]);
  const sent = counter("messages_sent_total", "Frames written to clients", ["app"]);
  const bytesOut = counter("sent_bytes_total", "Bytes of frames written to clients", ["app"]);
  const failures = counter("authentication_failures_total", "Wrong signatures", ["app", "of"]);
  const webhooks = counter("webhook_events_total", "Webhook events by outcome", ["app", "outcome"]);
  const lag = new Histogram({
    name: "plumbline_event_loop_lag_seconds",
    help: "How late a timer came",
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });

  return {
    listeners: {
      connectionOpened({ app }) {
        connections.inc({ app });
        opened.inc({ app });
      },
      connectionRefused: ({ code }) => refused.inc({ code }),
      connectionClosed({ app, code }) {
        connections.dec({ app });
        closed.inc({ app, code: labelOf(code) });
      },
      connectionPruned: ({ app }) => pruned.inc({ app }),
      channelCreated: ({ app, channel }) => channels.inc({ app, kind: kindOf(channel) }),
      channelRemoved: ({ app, channel }) => channels.dec({ app, kind: kindOf(channel) }),
      subscribed: ({ app, channel }) => subscriptions.inc({ app, kind: kindOf(channel) }),
      unsubscribed: ({ app, channel }) => subscriptions.dec({ app, kind: kindOf(channel) }),
      published: ({ app }) => published.inc({ app }),
      messageReceived({ app, size }) {
        received.inc({ app });
        bytesIn.inc({ app }, size);
      },
      messageSent({ app, size, receivers }) {
        sent.inc({ app }, receivers);
        bytesOut.inc({ app }, size * receivers);
      },
      authenticationFailed: ({ app, of }) => failures.inc({ app, of }),
      webhook: ({ app, outcome, events }) => webhooks.inc({ app, outcome }, events.length),
    },
    counts: () => registry.getMetricsAsJSON(),
    stop: measureLag((seconds) => lag.observe(seconds)),
  };
}

const known: ReadonlySet<number> = new Set([
  ...Object.values(closeCodes),
  ...[1000, 1001, 1002, 1005, 1006, 1007, 1009],
]);

/** A client may say goodbye with any of thousands of codes, and each would be a series. */
function labelOf(code: number): string {
  return known.has(code) ? String(code) : "other";
}

/** As it is counted: by who may enter, encrypted ones and those with a cache apart. */
function kindOf(channel: string): string {
  const access = channel.startsWith("private-encrypted-") ? "private-encrypted" : accessOf(channel);
  return isCache(channel) ? `${access}-cache` : access;
}

/** Calls `observe` with how late each round of a timer came, until the returned function is called. */
function measureLag(observe: (seconds: number) => void): () => void {
  let expected = performance.now() + LAG_PERIOD_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    observe(Math.max(0, now - expected) / 1000);
    expected = now + LAG_PERIOD_MS;
  }, LAG_PERIOD_MS);
  return () => clearInterval(timer);
}
