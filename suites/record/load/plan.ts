/**
 * A load plan: what a load scenario comes to on one target, as JSON that both engines run.
 *
 * Everything is settled in it (channel names, who subscribes to what, when each phase begins), so
 * that an engine computes nothing but its own share. The app's secret is not in it, and neither is
 * what lets somebody into an application: engines read the environment variables
 * `PLUMBLINE_SECRET` and `PLUMBLINE_SESSION` (JSON of `Session` in engine.ts).
 */
import { z } from "zod";

const whole = z.int().nonnegative();
const pace = z.number().positive();
/** Indexes into the plan's `channels`. */
const channels = z.array(whole);

const target = z.strictObject({
  /** `ws://host:port` or `wss://host:port`. */
  websocket: z.string(),
  /** `http://host:port` or `https://host:port`. */
  api: z.string(),
  /** PEM certificates to trust, where the system's are not the right ones. */
  ca: z.string().optional(),
  appId: z.string(),
  key: z.string(),
  /** Local addresses to dial from, in turn: each has some 28,000 ports for one server. */
  sources: z.array(z.string()).optional(),
});

/** Of what is sent to an application; what lets somebody in is in the run's session instead. */
const headers = z.record(z.string(), z.string());

const clients = z.strictObject({
  name: z.string(),
  count: whole,
  /** How many are dialed each second, whatever the server does. */
  perSecond: pace,
  /** Client `i` of the group subscribes to all of `channels[i % channels.length]`; `[[]]` to none. */
  channels: z.array(channels),
  /** Each client sends client events to its first channel. */
  whispers: z.strictObject({ perSecond: pace, bytes: whole }).optional(),
  /** Each client stops reading for `pauseMs`, `everyMs` after it last began to. Its latencies are not measured. */
  slow: z.strictObject({ pauseMs: whole, everyMs: whole }).optional(),
  /** Each client leaves after `stayMs` and comes again `awayMs` later. */
  visits: z.strictObject({ stayMs: whole, awayMs: whole }).optional(),
  /**
   * Who signs for the private channels of each client: the application, by the answer (`auth`,
   * `channel_data`, `shared_secret`) to a POST form of `socket_id` and `channel_name`. Without it,
   * the engine signs.
   */
  authorize: z.strictObject({ url: z.url(), headers }).optional(),
});

/**
 * Publishing by an application's endpoint: event n is a POST of `body` with the number
 * `first + n × step` in the place of `$number`, as a bid's rising amount.
 */
const request = z.strictObject({
  url: z.url(),
  headers,
  /** Names such as `${token1}` in it are of the session. */
  body: z.string(),
  first: whole,
  step: z.int().positive(),
  /** Where the number stands in the data of the event that comes of it: a dotted path. */
  field: z.string().min(1),
  /** What an answer says that agrees: a status (any 2xx without them), and values by dotted path. */
  accepted: z.strictObject({
    statuses: z.array(whole).min(1).optional(),
    where: z.record(z.string(), z.json()),
  }),
});

const publisher = z.strictObject({
  event: z.string(),
  /** Events a second, whatever the server does, to `channels` in turn. */
  perSecond: pace,
  channels,
  /** The length of an event's data; the stamp in it takes some 70 of them. */
  bytes: whole,
  /** An event's data with `$stamp` where its stamp goes, instead of as many `bytes` of nothing. */
  template: z.string().optional(),
  /** Events a request, by the API's `batch_events`; without it, one by `events`. */
  batch: z.int().min(1).max(10).optional(),
  /** The application publishes when it is asked, what it will: the other words of data say nothing then. */
  request: request.optional(),
}).refine(
  ({ request, channels }) => !request || channels.length === 1,
  "an application's events go to one channel",
);

const phase = z.strictObject({
  name: z.string(),
  seconds: z.number().positive(),
  /** Multiplies every `perSecond` of publishers and whispers; 0 is silence. */
  rate: z.number().nonnegative(),
  /** Whether the figures of the run count it: warm-up does not. */
  measured: z.boolean(),
  /** The share of clients that is cut off as the phase begins. */
  drop: z.number().min(0).max(1).optional(),
});

const objective = z.strictObject({
  /** A latency of `measurements.ts` in milliseconds, or `delivered`: the share that arrived. */
  metric: z.string(),
  /** Of a latency: 0.95 is the 95th percentile, 1 the longest. */
  quantile: z.number().positive().max(1).optional(),
  operation: z.enum(["<", "<=", ">", ">=", "=="]),
  value: z.number(),
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  target,
  /** The prefix of a name says of what kind it is: `private-`, `presence-`. */
  channels: z.array(z.string()),
  clients: z.array(clients),
  publishers: z.array(publisher),
  /** One after the other, once all clients are connected or have failed. */
  phases: z.array(phase).min(1).max(254),
  /** Clients that lose their connection come back after this; without it, they stay away. */
  reconnect: z.strictObject({ afterMs: whole }).optional(),
  /** How long after its intended instant an event may still come; afterwards it is late. */
  settleMs: whole,
  objectives: z.array(objective).optional(),
});

export type LoadPlan = z.infer<typeof planSchema>;
