/** One run of a search for a capacity, as its report holds it. */
import { z } from "zod";

/** What of a target reached its limit. */
export const brokenSchema = z.strictObject({
  what: z.enum([
    "process",
    "descriptors",
    "memory",
    "cpu",
    "machine",
    "connections",
    "events",
    "loss",
    "latency",
    "objective",
  ]),
  text: z.string(),
});

export type Broken = z.infer<typeof brokenSchema>;
const amount = z.number().nonnegative();

export const trialSchema = z.strictObject({
  /** Connections, or events a second. */
  load: z.int().positive(),
  outcome: z.enum(["met", "missed", "generator"]),
  /** Why it is not met, each in a line. */
  reasons: z.array(z.string()),
  connections: z.strictObject({ planned: z.int(), standing: z.int() }),
  /** Events that the target accepted, a second. */
  events: amount,
  /** Deliveries a second while the load was on. */
  deliveries: amount,
  /** Of the measured phases. */
  expected: z.int(),
  delivered: z.int(),
  /** In milliseconds. */
  latency: z.strictObject({ p50: amount, p95: amount, p99: amount }).optional(),
  /** Cores and bytes that the target used. */
  cpu: amount.optional(),
  memory: amount.optional(),
  /** What of the target reached its limit, causes before consequences. */
  broken: z.array(brokenSchema),
});

export type Trial = z.infer<typeof trialSchema>;
