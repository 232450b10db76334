/**
 * The `report.json` of a load run: all that its pages and summaries are made of, and for other
 * programs to read. Figures are kept whole (histograms, a line a second), so that it can be
 * rendered again and laid over others.
 */
import { z } from "zod";
import { measurementsSchema } from "./measurements.ts";
import { planSchema } from "./plan.ts";
import { resourcesSchema } from "./resources.ts";

const objective = z.strictObject({
  /** As the scenario words it: `delivery p95 <= 65ms`. */
  text: z.string(),
  /** In words with its unit, as `text` has it; absent where not measured. */
  measured: z.string().optional(),
  verdict: z.enum(["met", "missed", "unknown"]),
});

export const loadReportSchema = z.strictObject({
  kind: z.literal("load"),
  schemaVersion: z.literal(1),
  /** What anybody needs to judge whether the figures are theirs too. */
  evidence: z.strictObject({
    plumbline: z.string(),
    engine: z.string().describe("embedded, or k6 with its version"),
    /** SHA-256 of the scenario file, of the plan, and of the harness's own sources. */
    hashes: z.strictObject({ scenario: z.string(), plan: z.string(), harness: z.string() }),
    machine: z.strictObject({
      os: z.string(),
      kernel: z.string(),
      arch: z.string(),
      cpu: z.string(),
      cores: z.int(),
      memory: z.int(),
      deno: z.string(),
    }),
    startedAt: z.iso.datetime(),
    durationMs: z.number(),
    /** What a reader must know: what is excluded, what is measured in part. */
    notes: z.array(z.string()),
  }),
  target: z.strictObject({ name: z.string(), title: z.string() }),
  load: z.strictObject({
    scenario: z.strictObject({
      name: z.string(),
      title: z.string(),
      file: z.string(),
      /** Somebody else's figures of the same load, shown beside ours. */
      published: z.strictObject({
        source: z.string(),
        rows: z.array(z.strictObject({ figure: z.string(), value: z.string() })),
      }).optional(),
    }),
    plan: planSchema,
    measurements: measurementsSchema,
    objectives: z.array(objective),
    /** Whether the generator, and not the target, was measured; empty when not. */
    generatorBound: z.array(z.string()),
    /** How the target's process ended, where Plumbline had started it. */
    death: z.strictObject({
      at: z.number().describe("seconds since the run was opened"),
      code: z.int(),
      signal: z.string().nullable(),
      lastWords: z.string(),
    }).optional(),
    /** What the target did wrong, with the moment and the count: refused, died, lost deliveries. */
    findings: z.array(z.string()),
  }),
  resources: resourcesSchema.optional(),
  exitCode: z.int(),
});

export type LoadReport = z.infer<typeof loadReportSchema>;
