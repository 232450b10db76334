/** The shape of `matrix.json`; `deno task schema matrix-report` prints it as JSON Schema. */
import { z } from "zod";
import { VERDICTS } from "../../suites/record/verdict.ts";
import { reportSchema } from "../check/json.ts";
import { STANDINGS } from "../check/scores.ts";

const server = z.strictObject({
  name: z.string().describe("Tells it apart in links and file names"),
  title: z.string(),
  startedAt: z.string().describe("RFC 3339 in UTC"),
  depth: z.enum(["quick", "full"]),
  complete: z.boolean(),
  scores: reportSchema.shape.summary,
  causes: reportSchema.shape.causes,
  report: z.string().exactOptional().describe("Its own report, relative to the matrix"),
});

const evidence = z.strictObject({
  scenario: z.string(),
  verdict: z.enum(VERDICTS),
  observation: z.string().exactOptional(),
  message: z.string().exactOptional(),
  blockedBy: z.string().exactOptional().describe("What kept it from being judged"),
});

const requirement = z.strictObject({
  id: z.string(),
  level: z.enum(["must", "should", "may", "info"]),
  score: z.enum([
    "conformance",
    "compatibility",
    "robustness",
    "limits",
    "clients",
    "application",
    "none",
  ]),
  section: z.string(),
  statement: z.string(),
  source: z.string(),
  url: z.string().exactOptional(),
});

export const matrixSchema = z.strictObject({
  kind: z.literal("matrix"),
  schemaVersion: z.literal(1),
  servers: z.array(server),
  rows: z.array(z.strictObject({
    requirement,
    cells: z.array(z.strictObject({
      standing: z.enum(STANDINGS),
      evidence: z.array(evidence).describe("What shows it, the gravest first"),
    })).describe("One for each server, in their order"),
  })),
});
