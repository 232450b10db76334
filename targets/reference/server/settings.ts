/** What one app is allowed to do, as its operator sets it. Defaults are hosted Pusher's values. */
import { z } from "zod";

const seconds = z.number().positive();
const wholeSeconds = z.number().int().positive();
/** A count or size where 0 means "no limit". */
const quota = z.number().int().nonnegative();
const size = z.number().int().positive();

/** Names of webhook events, as Pusher's webhook page lists them. */
export const webhookNames = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
] as const;

const webhookEndpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Event names wanted; all when absent. */
  events: z.array(z.enum(webhookNames)).optional(),
  /** Up to 20 events in one request, or whatever came within 250 ms (P-283). */
  batch: z.boolean().default(false),
});

export const appSettings = z.strictObject({
  id: z.string().regex(/^[^/?#\s]+$/, "must be non-empty, without slashes or spaces"),
  key: z.string().regex(/^[^/?#:\s]+$/, "must be non-empty, without slashes, colons or spaces"),
  secret: z.string().min(1),
  enabled: z.boolean().default(true),
  tlsOnly: z.boolean().default(false),
  allowedOrigins: z.array(z.string().min(1)).default(["*"]),

  /** Connections of the app, on all nodes together; over it a client is closed with 4004 (P-021). */
  maxConnections: quota.default(0),
  /** Connections of the app this node carries; over it a client is closed with 4100 (P-071). */
  capacity: quota.default(0),
  /** Told to clients in `connection_established`. */
  activityTimeoutSeconds: wholeSeconds.default(30),
  /** Idle time after which the server probes; the activity timeout when absent. */
  pingIntervalSeconds: seconds.optional(),
  pongTimeoutSeconds: seconds.default(30),
  authorizedConnections: z.strictObject({
    required: z.boolean(),
    timeoutSeconds: seconds.default(30),
  }).default({ required: false, timeoutSeconds: 30 }),
  /** One WebSocket message from a client, in bytes. */
  maxMessageBytes: size.default(100_000),
  /** Bytes queued for a client that does not read before it is cut off (P-306). */
  maxBacklogBytes: size.default(4 * 1024 * 1024),

  /** Who may whisper: nobody, subscribers of the channel, or anybody connected. */
  clientEvents: z.enum(["all", "members", "none"]).default("members"),
  /**
   * Messages that one connection may send in so many seconds; more are refused with 4301, and end
   * the connection where it says `terminate`. No limit when absent, as with Reverb.
   */
  rateLimit: z.strictObject({
    messages: size,
    seconds,
    terminate: z.boolean().default(false),
  }).optional(),
  clientEventsPerSecond: quota.default(10),
  subscriptionCount: z.boolean().default(false),
  watchlist: z.boolean().default(true),

  /** Channels one connection may be in; hosted Pusher has no limit, memory has (P-082). */
  maxSubscriptions: size.default(10_000),
  maxChannelNameLength: size.default(164),
  maxEventNameLength: size.default(200),
  /** Bytes of one event's `data`. */
  maxEventBytes: size.default(10_240),
  maxChannelsPerTrigger: size.default(100),
  maxBatch: size.default(10),
  maxPresenceMembers: size.default(100),
  maxUserIdLength: size.default(128),
  maxUserInfoBytes: size.default(1024),
  cacheTtlSeconds: seconds.default(1800),

  webhooks: z.array(webhookEndpoint).default([]),
  /** How long a channel or member must be gone before the webhook says so (P-288). */
  vacatedDelaySeconds: z.number().nonnegative().default(3),
  webhookRetry: z.strictObject({
    initialMs: size.default(1000),
    giveUpAfterMs: size.default(300_000),
  }).default({ initialMs: 1000, giveUpAfterMs: 300_000 }),
});

export type AppSettings = z.infer<typeof appSettings>;
export type WebhookEndpoint = z.infer<typeof webhookEndpoint>;
export type WebhookName = (typeof webhookNames)[number];

/** The apps file: an array of apps whose ids and keys are their own. */
export const appsFile = z.array(appSettings).min(1).superRefine((apps, context) => {
  for (const field of ["id", "key"] as const) {
    const seen = new Set<string>();
    for (const [index, app] of apps.entries()) {
      if (seen.has(app[field])) {
        context.addIssue({
          code: "custom",
          path: [index, field],
          message: `another app already has the ${field} ${JSON.stringify(app[field])}`,
        });
      }
      seen.add(app[field]);
    }
  }
});

/** Settings with every default filled in; what is left out gets hosted Pusher's value. */
export function settingsOf(given: z.input<typeof appSettings>): AppSettings {
  return appSettings.parse(given);
}
