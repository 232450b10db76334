/**
 * Expected verdicts: what a server is known to get wrong, so that a gate stops only what is new.
 * A failure that is listed does not fail the run; a listed one that passes makes the list stale.
 */
import { globToRegExp } from "@std/path";
import { z } from "zod";
import { REQUIREMENT_ID } from "../record/requirement.ts";
import { BadFile, position, problemsOf, type Source } from "../language/bad_file.ts";
import { idsOf, type Successors } from "../language/successors.ts";
import type { Requirement } from "../record/requirement.ts";
import { version } from "../language/version.ts";
import { type CaseResult, type Verdict, verdictOf } from "../record/verdict.ts";

/** The shape of a file of expected verdicts. */
export const expectedSchema = z.strictObject({
  version,
  about: z.string().optional().describe("which server, version and configuration the list is for"),
  expected: z.array(z.strictObject({
    scenario: z.string().min(1).describe("a scenario id, or a glob"),
    requirement: z.string().regex(REQUIREMENT_ID, 'expected a requirement id such as "P-099"'),
    reason: z.string().min(1).describe("what the server does instead"),
    sometimes: z.literal(true).optional().describe(
      "it fails in some runs only, for a reason that is not the server's to choose",
    ),
  })),
});

export interface Expected {
  readonly scenario: string;
  readonly requirement: string;
  readonly reason: string;
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
            : ["scenario", "requirement", "reason", "sometimes"],
      ),
    );
  }
  return parsed.data.expected.map(({ sometimes, ...entry }, index) => ({
    ...entry,
    ...(sometimes ? { sometimes } : {}),
    line: position(source, ["expected", index]).line,
  }));
}

/** What makes a run fail: failed musts; beside them late ones, or shoulds too. */
export type FailOn = "must" | "late" | "should";

const COUNTED: Readonly<Record<FailOn, ReadonlySet<Verdict>>> = {
  must: new Set<Verdict>(["fail", "flaky"]),
  late: new Set<Verdict>(["fail", "flaky", "late"]),
  should: new Set<Verdict>(["fail", "flaky", "late", "warn"]),
};

/** What a list may expect. */
const WRONG: ReadonlySet<Verdict> = new Set<Verdict>(["fail", "flaky", "late", "warn"]);

/** Results held against a list. */
export interface Comparison {
  /** The results, with what was listed as expected. */
  readonly results: ReadonlyMap<string, CaseResult>;
  /** Failed and not listed. */
  readonly surprising: readonly { readonly scenario: string; readonly requirement: string }[];
  /** Listed, and everything it is about was judged and held. */
  readonly stale: readonly Expected[];
}

/**
 * Holds results against a list. What `failOn` counts and no entry lists is surprising. An entry
 * about something that was blocked, skipped or not run says nothing, so it is not stale. An entry
 * that names a scenario by a former id is about its successors.
 */
export function compare(
  results: Iterable<CaseResult>,
  expected: readonly Expected[],
  failOn: FailOn,
  table: Pick<Successors, "successors">,
): Comparison {
  const entries = expected.map((entry) => ({
    entry,
    glob: globToRegExp(entry.scenario),
    failed: 0,
    held: 0,
  }));
  const surprising: { scenario: string; requirement: string }[] = [];
  const marked = new Map<string, CaseResult>();
  for (const result of results) {
    const { id } = result;
    const ids = idsOf(id, table);
    const checks = result.checks.map((check) => {
      const { requirement, verdict } = check;
      const listed = entries.filter(({ entry, glob }) =>
        entry.requirement === requirement && ids.some((one) => glob.test(one))
      );
      const isWrong = WRONG.has(verdict);
      for (const match of listed) {
        if (isWrong) match.failed++;
        else if (verdict === "pass") match.held++;
      }
      const reason = listed[0]?.entry.reason;
      if (isWrong && reason !== undefined) {
        return {
          ...check,
          verdict: "expected" as const,
          message: `${check.message} — expected: ${reason}`,
        };
      }
      if (COUNTED[failOn].has(verdict)) surprising.push({ scenario: id, requirement });
      return check;
    });
    marked.set(id, { ...result, checks, verdict: verdictOf(checks) });
  }
  const stale = entries
    .filter(({ entry, failed, held }) => !entry.sometimes && failed === 0 && held > 0)
    .map(({ entry }) => entry);
  return { results: marked, surprising, stale };
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
