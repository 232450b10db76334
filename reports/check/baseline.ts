/** What a list of expected verdicts makes of a run, as `report.json` states it. */
import { z } from "zod";
import type { RunView } from "../../suites/record/check/read.ts";
import { VERDICTS } from "../../suites/record/verdict.ts";
import { newFailures } from "./new_failures.ts";

const verdict = z.enum(VERDICTS);

export const baselineReport = z.strictObject({
  file: z.string(),
  new: z.array(z.strictObject({
    case: z.string(),
    requirement: z.string(),
    verdict,
    observation: z.string().optional(),
    uncoveredBy: z.string().optional(),
  })).describe("Failures that it does not list"),
  stale: z.array(z.strictObject({
    scenario: z.string().describe("An id or a glob"),
    requirement: z.string(),
    at: z.int().describe("Line of the file"),
  })).describe("Entries whose failure is gone"),
}).describe("What the list of expected verdicts makes of the run, where it had one");

/** Its failures that are new, and its entries that are stale; undefined where the run had no list. */
export function baselineOf(view: RunView): z.output<typeof baselineReport> | undefined {
  const failures = newFailures(view);
  if (!failures || !view.baseline) return undefined;
  const { file, stale } = view.baseline;
  return {
    file,
    new: failures.map((
      { case: id, check: { requirement, verdict, observation, uncoveredBy } },
    ) => ({
      case: id,
      requirement,
      verdict,
      ...(observation === undefined ? {} : { observation }),
      ...(uncoveredBy === undefined ? {} : { uncoveredBy }),
    })),
    stale: stale.map((entry) => ({ ...entry })),
  };
}
