/** Scenario ids that are gone, and the scenarios that ask their questions now. */
import { z } from "zod";
import { BadFile, problemsOf, type Source } from "./bad_file.ts";
import { version } from "./version.ts";

const reason = z.string().min(1).describe("why, for whoever looks for the old id");
const schema = z.strictObject({
  version,
  about: z.string(),
  successors: z.array(z.strictObject({
    scenario: z.string().min(1).describe("the id that is gone"),
    now: z.array(z.string().min(1)).min(1).describe("the scenarios that judge the same now"),
    reason,
  })),
  noLongerJudged: z.array(z.strictObject({
    scenario: z.string().min(1),
    requirement: z.string().describe("what this scenario once judged"),
    reason,
  })),
});

export type Successors = z.infer<typeof schema>;

/** Parses `scenarios/successors.yaml`. Throws `BadFile`. */
export function readSuccessors(source: Source): Successors {
  const parsed = schema.safeParse(source.document.toJS());
  if (parsed.success) return parsed.data;
  throw new BadFile(problemsOf(source, parsed.error, [], () => Object.keys(schema.shape)));
}

/** Every id that this scenario has had, its own first. */
export function idsOf(scenario: string, { successors }: Pick<Successors, "successors">): string[] {
  const ids = [scenario];
  // The list grows while it is walked: a successor may itself have been renamed.
  for (const id of ids) {
    for (const { scenario: former, now } of successors) {
      if (now.includes(id) && !ids.includes(former)) ids.push(former);
    }
  }
  return ids;
}
