/**
 * An API that refuses every call that is signed rightly is accused once: of how it verifies the
 * signature, and not of each endpoint that nobody reaches.
 */
import {
  ACCUSATIONS,
  type BlockedBy,
  type CaseResult,
  type CheckResult,
  verdictOf,
} from "../record/verdict.ts";
import { causeKind } from "./cause_kind.ts";
import { nowBlocked } from "./check_result.ts";
import { type Grading, weigh } from "./grade.ts";

/** What each endpoint of the API must do with a call that is signed rightly. */
const ENDPOINTS: ReadonlySet<string> = new Set([
  ...["P-192", "P-193", "P-235", "P-252", "P-263", "P-267", "P-270"],
]);
/** As many endpoints must have been asked in vain: one alone may have reasons of its own. */
const LEAST_ENDPOINTS = 2;
const REFUSED: ReadonlySet<string> = new Set(["HTTP 401", "HTTP 403"]);

/** What the signature is made of: the path as it was sent, where a prefix may stand before it. */
const rootOf = ({ hasPrefix }: Grading): string => hasPrefix ? "P-227" : "P-223";

/** Accuses how the signature is verified, where every endpoint refused what was signed rightly. */
export function signedOnce(
  results: readonly CaseResult[],
  grading: Grading,
): readonly CaseResult[] {
  const asked = results.flatMap(({ checks }) => checks)
    .filter(({ requirement }) => ENDPOINTS.has(requirement));
  const refusals = asked.filter(isRefusal);
  const areAll = asked.every((check) => check.verdict !== "pass") &&
    new Set(refusals.map(({ requirement }) => requirement)).size >= LEAST_ENDPOINTS;
  const root = areAll ? rootCheck(results, rootOf(grading)) : undefined;
  const observation = refusals[0]?.observation;
  if (!root || observation === undefined) return results;
  const row = grading.requirement(root.check.requirement);
  const by: BlockedBy = {
    kind: "cause",
    requirement: row.id,
    case: root.id,
    step: root.check.step,
  };
  const { blockedBy: _, ...shown } = root.check;
  const accusation: CheckResult = {
    ...shown,
    verdict: weigh(row, {}, root.id, grading).verdict,
    cause: causeKind(row, observation, grading.probed),
    observation,
  };
  const settled = (check: CheckResult): CheckResult => {
    if (check === root.check) return accusation;
    return isRefusal(check) || isBlockedByEndpoint(check) ? nowBlocked(check, by) : check;
  };
  return results.map((result) => {
    const checks = result.checks.map(settled);
    return { ...result, checks, verdict: verdictOf(checks) };
  });
}

const isRefusal = ({ requirement, verdict, observation }: CheckResult): boolean =>
  ENDPOINTS.has(requirement) && ACCUSATIONS.has(verdict) && REFUSED.has(observation ?? "");

const isBlockedByEndpoint = ({ verdict, blockedBy }: CheckResult): boolean =>
  verdict === "blocked" && blockedBy?.kind === "cause" && ENDPOINTS.has(blockedBy.requirement);

/** The first check of how a signature is verified that an endpoint's refusal blocks. */
function rootCheck(
  results: readonly CaseResult[],
  requirement: string,
): { readonly id: string; readonly check: CheckResult } | undefined {
  for (const { id, checks } of results) {
    const check = checks.find((one) =>
      one.requirement === requirement && one.quotes.length > 0 && isBlockedByEndpoint(one)
    );
    if (check) return { id, check };
  }
  return undefined;
}
