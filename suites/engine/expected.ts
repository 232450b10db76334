/**
 * Expected verdicts: what a server is known to get wrong, so that a gate stops only what is new.
 * A failure that is listed does not fail the run; a listed one that passes makes the list stale.
 */
import { z } from "zod";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import { BadFile, position, problemsOf, type Source } from "../language/bad_file.ts";
import type { Requirement } from "../record/requirement.ts";
import { version } from "../language/version.ts";
import type { CaseResult } from "../record/verdict.ts";

/** The shape of a file of expected verdicts. */
export const expectedSchema = z.strictObject({
  version,
  about: z.string().optional().describe("which server, version and configuration the list is for"),
  expected: z.array(z.strictObject({
    scenario: z.string().min(1).describe("a scenario id, or a glob"),
    requirement: z.string().regex(REQUIREMENT_ID, 'expected a requirement id such as "P-099"'),
    observation: z.string().min(1).optional().describe(
      'what differs, as reports word it: "HTTP 400"; without it, whatever differs',
    ),
    reason: z.string().min(1).describe("what the server does instead"),
    sometimes: z.literal(true).optional().describe(
      "it fails in some runs only, for a reason that is not the server's to choose",
    ),
    blocks: z.record(
      z.string().regex(REQUIREMENT_ID, 'expected a requirement id such as "P-099"'),
      z.array(z.string().min(1)),
    ).optional().describe(
      "what could not be judged because of it: requirements, and the scenarios that ask for each",
    ),
  })),
});

export interface Expected {
  readonly scenario: string;
  readonly requirement: string;
  /** What differs; without it, whatever differs is expected. */
  readonly observation?: string;
  readonly reason: string;
  /** What it kept from being judged, by requirement: ids or globs of scenarios. */
  readonly blocks?: Readonly<Record<string, readonly string[]>>;
  /** Holds in some runs: then the entry is not stale. */
  readonly sometimes?: true;
  readonly line: number;
}

/** Parses a file of expected verdicts. Throws `BadFile`. */
export function readExpected(source: Source): Expected[] {
  const parsed = expectedSchema.safeParse(source.document.toJS());
  if (!parsed.success) {
    throw new BadFile(
      problemsOf(
        source,
        parsed.error,
        [],
        (path) =>
          path.length === 0
            ? Object.keys(expectedSchema.shape)
            : Object.keys(expectedSchema.shape.expected.element.shape),
      ),
    );
  }
  return parsed.data.expected.map(({ sometimes, observation, blocks, ...entry }, index) => ({
    ...entry,
    ...(sometimes ? { sometimes } : {}),
    ...(observation === undefined ? {} : { observation }),
    ...(blocks ? { blocks } : {}),
    line: position(source, ["expected", index]).line,
  }));
}

/** Requirements the target file admits to, that passed wherever they were judged: the file is stale too. */
export function staleKnown(
  results: Iterable<CaseResult>,
  known: readonly { readonly requirement: string; readonly reason: string }[],
  requirement: (id: string) => Requirement,
): string[] {
  const verdicts = new Map<string, Set<string>>();
  for (const { checks } of results) {
    for (const check of checks) {
      verdicts.set(
        check.requirement,
        (verdicts.get(check.requirement) ?? new Set()).add(check.verdict),
      );
    }
  }
  return known.filter((entry) => {
    const seen = verdicts.get(entry.requirement);
    return seen?.has("pass") === true && !seen.has("known") &&
      requirement(entry.requirement).level !== "info";
  }).map((entry) => entry.requirement);
}
