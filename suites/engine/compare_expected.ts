/**
 * Holds results against a list of expected verdicts. A failure that is listed is `expected`; one
 * that is not is new, and where the list says that a cause kept it from being judged, and that
 * cause is gone, its fix has uncovered it.
 */
import { globToRegExp } from "@std/path";
import { idsOf, type Successors } from "../language/successors.ts";
import { COUNTED, type FailOn } from "../record/fail_on.ts";
import { type CaseResult, type CheckResult, verdictOf } from "../record/verdict.ts";
import type { Expected } from "./expected.ts";

/** What a list may expect: all that may ever count. */
const WRONG = COUNTED.should;

/** A failure that no entry lists. */
export interface Surprise {
  readonly scenario: string;
  readonly requirement: string;
  /** The requirement whose fix uncovers it. */
  readonly uncoveredBy?: string;
}

/** Results held against a list. */
export interface Comparison {
  /** The results, with what was listed as expected. */
  readonly results: ReadonlyMap<string, CaseResult>;
  /** Failed and not listed. */
  readonly surprising: readonly Surprise[];
  /** Listed, and everything it is about was judged and held. */
  readonly stale: readonly Expected[];
}

/** An entry, and what came of the checks that it is about. */
interface Match {
  readonly entry: Expected;
  readonly glob: RegExp;
  readonly blocks: ReadonlyMap<string, readonly RegExp[]>;
  /** Failed as the entry has it. */
  failed: number;
  /** Failed in whatever way. */
  wrong: number;
  held: number;
  /** Could not be judged: that neither fulfils the entry nor makes it stale. */
  blocked: number;
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
  const matches = expected.map(matchOf);
  const all = [...results].map((result) => ({ result, ids: idsOf(result.id, table) }));
  for (const { result, ids } of all) count(matches, result, ids);

  const surprising: Surprise[] = [];
  const marked = new Map<string, CaseResult>();
  for (const { result, ids } of all) {
    const checks = result.checks.map((check): CheckResult => {
      if (!WRONG.has(check.verdict)) return check;
      const listed = matches.find((match) =>
        isAbout(match, check, ids) && isAsListed(match, check)
      );
      if (listed) return excused(check, listed.entry.reason);
      if (!COUNTED[failOn].has(check.verdict)) return check;
      const uncoveredBy = fixedBlocker(matches, check, ids);
      const { requirement } = check;
      surprising.push({
        scenario: result.id,
        requirement,
        ...(uncoveredBy === undefined ? {} : { uncoveredBy }),
      });
      return uncoveredBy === undefined ? check : {
        ...check,
        uncoveredBy,
        message: `${check.message} — uncovered by the fix of ${uncoveredBy}`,
      };
    });
    marked.set(result.id, { ...result, checks, verdict: verdictOf(checks) });
  }
  const stale = matches
    .filter(({ entry, failed, held, blocked }) =>
      !entry.sometimes && failed === 0 && held > 0 && blocked === 0
    )
    .map(({ entry }) => entry);
  return { results: marked, surprising, stale };
}

function matchOf(entry: Expected): Match {
  return {
    entry,
    glob: globToRegExp(entry.scenario),
    blocks: new Map(
      Object.entries(entry.blocks ?? {}).map((
        [id, globs],
      ) => [id, globs.map((it) => globToRegExp(it))]),
    ),
    failed: 0,
    wrong: 0,
    held: 0,
    blocked: 0,
  };
}

function count(matches: readonly Match[], { checks }: CaseResult, ids: readonly string[]): void {
  const isJudged = checks.every(({ verdict }) => verdict !== "blocked" && verdict !== "skip");
  for (const match of matches) {
    const { entry: { requirement, observation }, glob } = match;
    // A premise fails as a check of its own and holds as none: where a baseline saw it fail, it holds.
    if (
      observation !== undefined && isJudged && ids.some((id) => glob.test(id)) &&
      !checks.some((check) => check.requirement === requirement)
    ) match.held++;
  }
  for (const check of checks) {
    for (const match of matches) {
      if (!isAbout(match, check, ids)) continue;
      if (check.verdict === "pass") match.held++;
      else if (check.verdict === "blocked") match.blocked++;
      else if (WRONG.has(check.verdict)) {
        match.wrong++;
        if (isAsListed(match, check)) match.failed++;
      }
    }
  }
}

/** What no scenario asked for is told of wherever it shows first among those that were chosen. */
const isAbout = (
  { entry, glob }: Match,
  { requirement, isUnasked }: CheckResult,
  ids: readonly string[],
) =>
  entry.requirement === requirement &&
  (ids.some((id) => glob.test(id)) || isUnasked === true && entry.observation !== undefined);

const isAsListed = ({ entry }: Match, { observation }: CheckResult) =>
  entry.observation === undefined || entry.observation === (observation ?? "");

function excused(check: CheckResult, reason: string): CheckResult {
  return {
    ...check,
    verdict: "expected",
    reason,
    message: `${check.message} — expected: ${reason}`,
  };
}

/** The requirement that blocked this check when the list was written, where it fails no longer. */
function fixedBlocker(
  matches: readonly Match[],
  { requirement }: CheckResult,
  ids: readonly string[],
): string | undefined {
  return matches.find(({ blocks, wrong }) =>
    wrong === 0 && blocks.get(requirement)?.some((glob) => ids.some((id) => glob.test(id)))
  )?.entry.requirement;
}
