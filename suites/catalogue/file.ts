/** The shape of the catalogue's files, `scenarios/requirements/*.yaml`. */
import { z } from "zod";
import { REQUIREMENT_ID } from "../record/requirement.ts";

const requirementId = z.string().regex(REQUIREMENT_ID, "expected an id such as P-042");
const ambiguityId = z.string().regex(/^A\d+$/, "expected an id such as A7");
const text = z.string().trim().min(1);

/** One row as written; its score is worked out, not written. */
export const requirementRow = z.strictObject({
  id: requirementId,
  since: z.iso.date().describe("The day on which it joined the catalogue"),
  level: z.enum(["must", "should", "may", "info"]),
  basis: z.enum(["E", "D", "O", "X"]),
  roles: z.array(z.enum(["S", "H", "W", "C", "A"])).min(1),
  statement: text,
  source: text,
  url: z.url({ protocol: /^https$/ }).optional(),
  hostedLimit: z.literal(true).optional().describe("States a quota of hosted Pusher"),
  live: z.literal(true).optional().describe("Not settled by the documents"),
  ambiguities: z.array(ambiguityId).optional(),
  optIn: text.optional().describe("The opt-in feature it belongs to"),
  bound: text.optional().describe("How long what it asks for may take, as its source names it"),
  boundBy: z.enum(["removesWithin", "resumesWithin", "staleness"]).optional().describe(
    "The key of a target file that names how long it may take there",
  ),
  standsOn: z.array(requirementId).min(1).optional().describe(
    "Requirements without which it cannot be told, so that what breaks both is told of them",
  ),
  withoutScenario: text.optional().describe("Why no scenario judges it"),
});
export type RequirementRow = z.output<typeof requirementRow>;

/** One heading of the requirements, one file. */
export const sectionFile = z.strictObject({
  section: text,
  requirements: z.array(requirementRow).min(1),
});

/** The ambiguity register. */
export const ambiguityFile = z.strictObject({
  ambiguities: z.array(z.strictObject({
    id: ambiguityId,
    matter: text,
    demotes: z.strictObject({
      requirement: requirementId,
      part: text.optional().describe("What of the row informs; the whole row when absent"),
    }).optional(),
  })),
});
export type Ambiguity = z.output<typeof ambiguityFile>["ambiguities"][number];
