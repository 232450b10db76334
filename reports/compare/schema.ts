/** The shape of `compare.json`; `deno task schema compare-report` prints it as JSON Schema. */
import { z } from "zod";

const side = z.strictObject({
  title: z.string(),
  startedAt: z.string().describe("RFC 3339 in UTC"),
  runs: z.int().min(1).describe("How many repeats it is made of"),
});

const row = z.strictObject({
  group: z.enum(["Verdicts", "Scores", "Latency", "Deliveries", "Resources", "Capacity"]),
  name: z.string(),
  change: z.enum([
    "broken",
    "fixed",
    "new",
    "gone",
    "flaky",
    "worse",
    "better",
    "noise",
    "same",
    "unknown",
  ]),
  isRegression: z.boolean().describe("Whether it makes the command fail"),
  base: z.string().exactOptional().describe("In words with units"),
  new: z.string().exactOptional(),
  difference: z.string().exactOptional().describe("Such as +12% (+8% to +16%)"),
  detail: z.string().exactOptional(),
});

export const comparisonSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.enum(["check", "load", "capacity"]),
  base: side,
  new: side,
  rows: z.array(row),
  notes: z.array(z.string()).describe("What a reader must know of the two before the figures"),
  incomplete: z.string().exactOptional().describe("Why they cannot be compared, or not wholly"),
});
