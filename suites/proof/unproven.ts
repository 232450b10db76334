/** The short list of checks that no break makes fail, each with its reason. */
import { z } from "zod";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import type { ProofCheck } from "./checks.ts";
import { BadFile, position, problemsOf, type Source } from "../language/bad_file.ts";
import { version } from "../language/version.ts";

const unprovenSchema = z.strictObject({
  version,
  unproven: z.array(z.strictObject({
    scenario: z.string().min(1).describe("the scenario's id as its file has it"),
    requirement: z.string().regex(REQUIREMENT_ID, 'expected a requirement id such as "P-099"'),
    reason: z.string().min(1),
  })),
});

export interface Unproven {
  readonly scenario: string;
  readonly requirement: string;
  readonly reason: string;
  /** One-based, in the list's file. */
  readonly line: number;
}

/** Parses the list. Throws `BadFile`. */
export function readUnproven(source: Source): Unproven[] {
  const parsed = unprovenSchema.safeParse(source.document.toJS());
  if (!parsed.success) {
    throw new BadFile(
      problemsOf(source, parsed.error, [], () => ["scenario", "requirement", "reason"]),
    );
  }
  return parsed.data.unproven.map((entry, index) => ({
    ...entry,
    line: position(source, ["unproven", index]).line,
  }));
}

/** What the list says about a check, if anything. */
export function entryOf(
  { family, requirement }: ProofCheck,
  list: readonly Unproven[],
): Unproven | undefined {
  return list.find((entry) => entry.scenario === family && entry.requirement === requirement);
}
