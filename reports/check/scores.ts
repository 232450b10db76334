/**
 * How a run stands, requirement by requirement and score by score.
 *
 * The engine has decided every check already; this only gathers. What a score counts out of (`of`)
 * depends on the catalogue alone, so a target cannot shorten it by declaring things away.
 */
import type { CheckResult, Verdict } from "../../suites/record/verdict.ts";
import { worst } from "../../suites/record/verdict.ts";
import type { Requirement, Score } from "../../suites/record/requirement.ts";
import type { CaseView, RunView } from "../../suites/record/check/read.ts";

/** Standings of what a target did not do as it must, gravest first. */
export const WRONG = ["failed", "flaky", "late", "warned", "expected", "known"] as const;

/** All but what passed and what only informs, in the order in which a score tells them. */
export const NOT_PASSED = [
  ...WRONG,
  "blocked",
  "partlyBlocked",
  "notOffered",
  "skipped",
  "untested",
] as const;

/** Where one requirement stands after a run, gravest first. */
export const STANDINGS = [
  ...WRONG,
  "blocked",
  "partlyBlocked",
  "skipped",
  "untested",
  "notOffered",
  "passed",
  "informs",
] as const;
export type Standing = typeof STANDINGS[number];

/** How a standing is written for people. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  passed: "passed",
  partlyBlocked: "passed, partly blocked",
  failed: "failed",
  flaky: "flaky",
  late: "late",
  warned: "warned",
  expected: "expected",
  blocked: "blocked",
  known: "known",
  skipped: "skipped",
  untested: "untested",
  notOffered: "not offered",
  informs: "informs only",
};

/** A requirement with everything that judged it. */
export interface Judged {
  readonly requirement: Requirement;
  /** `informs` for rows that are never scored, whatever was seen. */
  readonly standing: Standing;
  readonly checks: readonly { readonly of: CaseView; readonly check: CheckResult }[];
}

/** Requirements of one score, counted; the parts add up to `of`. */
export type ScoreCounts = Readonly<Record<Exclude<Standing, "informs"> | "of", number>>;

/** The scores of a server, in the order they are told. */
export const SERVER_SCORES = ["conformance", "compatibility", "robustness", "limits"] as const;

/** All scores, the server's first. */
export const SCORES = [...SERVER_SCORES, "clients", "application"] as const;

export type Scores =
  & Readonly<Record<typeof SERVER_SCORES[number], ScoreCounts>>
  & Readonly<Partial<Record<typeof SCORES[number], ScoreCounts>>>;

/** Every requirement of the catalogue as this run left it, in the catalogue's order. */
export function judgedRequirements(view: RunView): Judged[] {
  const checks = new Map<string, { of: CaseView; check: CheckResult }[]>();
  for (const of of view.cases) {
    for (const check of of.result?.checks ?? []) {
      const seen = checks.get(check.requirement);
      if (seen) seen.push({ of, check });
      else checks.set(check.requirement, [{ of, check }]);
    }
  }
  const claims = new Set(view.run.target.claims);
  return view.run.requirements.map((requirement) => {
    const judgedBy = checks.get(requirement.id) ?? [];
    const standing = standingOf(requirement, judgedBy.map(({ check }) => check.verdict), claims);
    return { requirement, standing, checks: judgedBy };
  });
}

/** Whether a row counts in a score, or only informs. */
export function isScored(requirement: Requirement): boolean {
  return requirement.score !== "none" && !requirement.live && requirement.demoted !== true;
}

/** Counts the requirements of each score; a client's or an application's only where one was judged. */
export function scoresOf(judged: readonly Judged[]): Scores {
  const count = (score: Score) => counted(judged.filter((row) => row.requirement.score === score));
  const wasJudged = (score: Score) =>
    judged.some(({ requirement, checks }) =>
      requirement.score === score && checks.some(({ check }) => check.verdict !== "skip")
    );
  return {
    conformance: count("conformance"),
    compatibility: count("compatibility"),
    robustness: count("robustness"),
    limits: count("limits"),
    ...(wasJudged("clients") && { clients: count("clients") }),
    ...(wasJudged("application") && { application: count("application") }),
  };
}

/** Where a requirement stands, by all that its checks came to. */
export function standingOf(
  requirement: Requirement,
  verdicts: readonly Verdict[],
  claims: ReadonlySet<string>,
): Standing {
  if (!isScored(requirement)) return "informs";
  if (requirement.optIn !== undefined && !claims.has(requirement.optIn)) return "notOffered";
  const binding = verdicts.filter((verdict) => verdict !== "info");
  if (binding.length === 0) return "untested";
  const gravest = worst(binding);
  return gravest === "blocked" && binding.includes("pass") ? "partlyBlocked" : STANDING_OF[gravest];
}

const STANDING_OF: Readonly<Record<Verdict, Standing>> = {
  pass: "passed",
  info: "untested",
  skip: "skipped",
  blocked: "blocked",
  known: "known",
  expected: "expected",
  warn: "warned",
  late: "late",
  flaky: "flaky",
  fail: "failed",
};

function counted(rows: readonly Judged[]): ScoreCounts {
  const scored = rows.filter((row) => row.standing !== "informs");
  const count = (standing: Standing) => scored.filter((row) => row.standing === standing).length;
  return {
    passed: count("passed"),
    partlyBlocked: count("partlyBlocked"),
    flaky: count("flaky"),
    late: count("late"),
    expected: count("expected"),
    blocked: count("blocked"),
    failed: count("failed"),
    warned: count("warned"),
    known: count("known"),
    notOffered: count("notOffered"),
    skipped: count("skipped"),
    untested: count("untested"),
    of: scored.length,
  };
}
