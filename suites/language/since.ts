/** The day since which each scenario asks for each requirement: `scenarios/since.yaml`. */
import { z } from "zod";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import { BadFile, problemsOf, type Source } from "./bad_file.ts";
import { version } from "./version.ts";

const schema = z.strictObject({
  version,
  about: z.string(),
  checks: z.record(
    z.iso.date(),
    z.record(z.string(), z.array(z.string().regex(REQUIREMENT_ID)).min(1)),
  ),
  rows: z.record(z.string(), z.number().int().min(2)),
});

export type Since = z.infer<typeof schema>;

/** Parses `scenarios/since.yaml`. Throws `BadFile`. */
export function readSince(source: Source): Since {
  const parsed = schema.safeParse(source.document.toJS());
  if (parsed.success) return parsed.data;
  throw new BadFile(problemsOf(source, parsed.error, [], () => Object.keys(schema.shape)));
}

/** Looks up days, which are written as YYYY-MM-DD. */
export interface Days {
  /** Since when this scenario, or the table that it is a row of, asks for the requirement. */
  of(scenario: { readonly id: string; readonly family: string }, requirement: string):
    | string
    | undefined;
}

export function daysOf({ checks }: Pick<Since, "checks">): Days {
  const days = new Map<string, string>();
  for (const [day, scenarios] of Object.entries(checks)) {
    for (const [scenario, requirements] of Object.entries(scenarios)) {
      for (const requirement of requirements) days.set(`${scenario} ${requirement}`, day);
    }
  }
  return {
    of: ({ id, family }, requirement) =>
      days.get(`${id} ${requirement}`) ?? days.get(`${family} ${requirement}`),
  };
}
