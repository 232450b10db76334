/** The application's configuration, from environment variables. */
import { z } from "zod";
import type { Account } from "./broadcaster.ts";

export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** `sqlite:FILE`, `sqlite::memory:` or `postgres://…`. */
  readonly database: string;
  /** `memory` or `redis://…`. */
  readonly queue: string;
  /** `now`: sent before the request is answered; `queued`: soon after. */
  readonly broadcasting: "now" | "queued";
  readonly privateAuctions: boolean;
  /** How long somebody is online after his last heartbeat, in milliseconds. */
  readonly presenceMs: number;
  /** Between two broadcasts of metrics, in milliseconds. */
  readonly metricsMs: number;
  /** Offers routes that make users, sales and orders; for test environments only. */
  readonly testing: boolean;
  readonly account: Account;
  /** Where a browser finds the WebSocket server, such as `ws://127.0.0.1:8080`. */
  readonly websocket: string;
}

/** A mistake in the environment, told in words its author can act on. */
export class ConfigError extends Error {}

const flag = z.enum(["0", "1", "false", "true"]).default("0")
  .transform((value) => value === "1" || value === "true");
const seconds = z.coerce.number().min(0.05).max(3600).transform((value) => value * 1000);
const port = z.coerce.number().int().min(0).max(65535);

const environment = z.object({
  APPLICATION_HOST: z.string().default("127.0.0.1"),
  APPLICATION_PORT: port.default(8090),
  APPLICATION_DATABASE: z.string().regex(/^(sqlite:|postgres(ql)?:\/\/)./, {
    error: "expected sqlite:FILE, sqlite::memory: or postgres://…",
  }).default("sqlite::memory:"),
  APPLICATION_QUEUE: z.string().regex(/^(memory$|redis:\/\/.)/, {
    error: "expected memory or redis://…",
  }).default("memory"),
  APPLICATION_BROADCASTING: z.enum(["now", "queued"]).default("queued"),
  APPLICATION_PRIVATE_AUCTIONS: flag,
  APPLICATION_PRESENCE_SECONDS: seconds.default(60_000),
  APPLICATION_METRICS_SECONDS: seconds.default(30_000),
  APPLICATION_WEBSOCKET: z.string().regex(/^wss?:\/\/[\w.-]+(:\d{1,5})?$/, {
    error: "expected ws://HOST:PORT or wss://HOST",
  }).optional(),
  APPLICATION_TESTING: flag,
  PUSHER_APP_ID: z.string().default("app-id"),
  PUSHER_APP_KEY: z.string().default("app-key"),
  PUSHER_APP_SECRET: z.string().default("app-secret"),
  PUSHER_HOST: z.string().default("127.0.0.1"),
  PUSHER_PORT: port.default(8080),
  PUSHER_SCHEME: z.enum(["http", "https"]).default("http"),
});

/** Throws `ConfigError`, naming each variable and what it should be. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable means "not set", as shells and compose files leave them.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new ConfigError(z.prettifyError(parsed.error));
  const env = parsed.data;
  return {
    host: env.APPLICATION_HOST,
    port: env.APPLICATION_PORT,
    database: env.APPLICATION_DATABASE,
    queue: env.APPLICATION_QUEUE,
    broadcasting: env.APPLICATION_BROADCASTING,
    privateAuctions: env.APPLICATION_PRIVATE_AUCTIONS,
    presenceMs: env.APPLICATION_PRESENCE_SECONDS,
    metricsMs: env.APPLICATION_METRICS_SECONDS,
    websocket: env.APPLICATION_WEBSOCKET ??
      `${env.PUSHER_SCHEME === "https" ? "wss" : "ws"}://${env.PUSHER_HOST}:${env.PUSHER_PORT}`,
    testing: env.APPLICATION_TESTING,
    account: {
      appId: env.PUSHER_APP_ID,
      key: env.PUSHER_APP_KEY,
      secret: env.PUSHER_APP_SECRET,
      host: env.PUSHER_HOST,
      port: env.PUSHER_PORT,
      scheme: env.PUSHER_SCHEME,
    },
  };
}
