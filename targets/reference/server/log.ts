/** The server's log: one JSON object a line on standard error. */
import { configureSync, getJsonLinesFormatter, getLogger, type Logger } from "@logtape/logtape";
import type { EventName, Listeners } from "./events.ts";

export const logLevels = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

const ROOT = "plumbline";

/** A logger of one part of the server. Silent until somebody configures LogTape. */
export function logger(part: string): Logger {
  return getLogger([ROOT, part]);
}

/**
 * Prints what is at least as grave as `level`, in this thread. For processes of their own: whoever
 * embeds the server configures LogTape as they like.
 */
export function printLogs(level: LogLevel): void {
  const format = getJsonLinesFormatter({ properties: "flatten" });
  const encoder = new TextEncoder();
  const sinks = { errors: (record: Parameters<typeof format>[0]) => write(format(record)) };
  const write = (text: string) => void Deno.stderr.writeSync(encoder.encode(text));
  configureSync({
    sinks,
    loggers: [
      { category: ROOT, sinks: ["errors"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["errors"], lowestLevel: "warning" },
    ],
  });
}

const told: readonly EventName[] = [
  "connectionOpened",
  "connectionRefused",
  "connectionClosed",
  "connectionPruned",
  "subscribed",
  "subscriptionRefused",
  "unsubscribed",
  "channelCreated",
  "channelRemoved",
  "messageReceived",
  "messageSent",
  "published",
  "authenticationFailed",
  "webhook",
];

/**
 * Every event as a line at level debug, where that is printed; undefined where it is not. Neither
 * signatures nor data are in them.
 */
export function logListeners(): Listeners | undefined {
  const log = logger("events");
  if (!log.isEnabledFor("debug")) return undefined;
  return Object.fromEntries(
    told.map((name) => [name, (details: object) => log.debug(name, { ...details })]),
  );
}
