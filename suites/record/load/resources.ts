/**
 * What a target used through a load run, as JSON. Samples are taken once a second; a figure that
 * could not be read is absent, never zero.
 */
import { z } from "zod";

const whole = z.int().nonnegative();
const amount = z.number().nonnegative();

const usage = z.strictObject({
  /** Cores in use since the sample before. */
  cpu: amount.optional(),
  /** Bytes, the sum over the process tree: resident, and with shared pages split. */
  rss: whole.optional(),
  pss: whole.optional(),
  descriptors: whole.optional(),
  /** The fewest that any of its processes may still open. */
  descriptorsLeft: whole.optional(),
  threads: whole.optional(),
  /** Bytes a second since the sample before. */
  received: amount.optional(),
  sent: amount.optional(),
});

const sample = z.strictObject({
  /** Seconds since `startedAt`. */
  at: amount,
  /** The process tree of the target. */
  process: usage.optional(),
  /** The container it runs in, as `docker stats` counts. */
  container: usage.optional(),
  host: z.strictObject({ cpu: amount.optional(), memory: whole.optional() }).optional(),
  redis: z.strictObject({
    memory: whole.optional(),
    clients: whole.optional(),
    /** Commands a second. */
    commands: amount.optional(),
  }).optional(),
  /** Answers of the Prometheus queries that the target file names, by their names. */
  queries: z.record(z.string(), z.number()).optional(),
});

export const resourcesSchema = z.strictObject({
  /** RFC 3339 in UTC; holds them against an engine's `startedAt`, to the second. */
  startedAt: z.iso.datetime(),
  /** What was sampled, in words: `process 4711 (node server.js) and its children`. */
  sources: z.array(z.string()),
  samples: z.array(sample),
  /** Moments at which the target's process was another: it was restarted, or died. */
  restarts: z.array(z.strictObject({ at: amount, what: z.string() })),
  memory: z.strictObject({
    /** Bytes before the first connection, at the highest, and after the last has gone. */
    idle: whole.optional(),
    peak: whole.optional(),
    released: whole.optional(),
    /** By regression over the ramp: slope, how much of the variation it explains (R²), over how many. */
    perConnection: z.strictObject({
      bytes: z.number(),
      explained: z.number(),
      samples: whole,
      connections: whole,
    }).optional(),
    /**
     * By regression over the measured phases after the ramp: the slope by time and by the events
     * until then, each with how much of the variation it explains (R²), over how many samples.
     */
    growth: z.strictObject({
      perMinute: z.number(),
      perEvent: z.number().optional(),
      explained: z.number(),
      samples: whole,
    }).optional(),
  }),
  /** File descriptors before the first connection, and the fewest after the last has gone. */
  descriptors: z.strictObject({ idle: whole, released: whole }).optional(),
});

export type Resources = z.infer<typeof resourcesSchema>;
export type ResourceSample = z.infer<typeof sample>;
