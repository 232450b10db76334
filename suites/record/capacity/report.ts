/** The `report.json` of a search for a capacity. */
import { z } from "zod";
import { nodesSchema } from "./nodes.ts";
import { brokenSchema, trialSchema } from "./trial.ts";
import { loadReportSchema } from "../load/report.ts";

/** What of a load is raised. */
export const DIMENSIONS = ["connections", "rate"] as const;
export type Dimension = typeof DIMENSIONS[number];

const load = z.int().positive();

/** What was seen at one load: how many of how many runs met the objectives. */
const tally = z.strictObject({
  load,
  runs: z.int(),
  met: z.int(),
  /** Further runs, limited by the generator. */
  unknown: z.int(),
  verdict: z.enum(["met", "missed", "generator"]),
});

export const capacityReportSchema = z.strictObject({
  kind: z.literal("capacity"),
  schemaVersion: z.literal(1),
  /** False where it was interrupted: it says what was seen until then. */
  complete: z.boolean(),
  /** What ended it early, where that was not the user. */
  ended: z.string().optional(),
  /** Of the first run; the duration is the search's. */
  evidence: loadReportSchema.shape.evidence,
  target: loadReportSchema.shape.target,
  scenario: z.strictObject({ name: z.string(), title: z.string(), file: z.string() }),
  /** What of the load was raised: `connections`, or `rate`, in events a second. */
  dimension: z.enum(DIMENSIONS),
  objectives: z.array(z.string()),
  search: z.strictObject({ from: load, max: load, repeats: z.int().positive() }),
  /** All runs, in their order. */
  trials: z.array(trialSchema),
  /**
   * `found`: `highest` is met and `beyond`, the next one tried, is not. `generator`: at `beyond` it
   * was the generator that reached its limit. `max`: met at the most that was allowed. `none`: nothing met.
   */
  result: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("found"), highest: tally, beyond: tally }),
    z.strictObject({ kind: z.literal("generator"), highest: tally.optional(), beyond: tally }),
    z.strictObject({ kind: z.literal("max"), highest: tally }),
    z.strictObject({ kind: z.literal("none"), beyond: tally }),
  ]).optional(),
  /** What reached its limit at `beyond`, causes before consequences. */
  broken: z.array(brokenSchema),
  /** The load from which on latency (p99) rises steeply. */
  knee: load.optional(),
  /** The Universal Scalability Law, fitted to deliveries a second. */
  scaling: z.strictObject({
    unit: z.number(),
    lambda: z.number(),
    alpha: z.number(),
    beta: z.number(),
    explained: z.number(),
    residuals: z.array(
      z.strictObject({ load: z.number(), throughput: z.number(), residual: z.number() }),
    ),
    peak: z.number().optional(),
  }).optional(),
  nodes: nodesSchema.optional(),
  exitCode: z.int(),
});

export type CapacityReport = z.infer<typeof capacityReportSchema>;
