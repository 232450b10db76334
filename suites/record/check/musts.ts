/** Which musts a run selected, and whether each was judged; green means judged. */
import type { Requirement } from "../requirement.ts";
import { ACCUSATIONS, type CaseResult, type CheckResult, type OutsideReason } from "../verdict.ts";

export interface Musts {
  /** Musts that a scenario of the chosen suites and depth judges. */
  readonly selected: number;
  /** Of these, judged: passed, failed, late, known or expected. */
  readonly judged: number;
  /** Accounted for by the cause that blocks them. */
  readonly blocked: readonly string[];
  /** For want of what the target file does not give; the want, and how many it is for. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Unjudged for a reason outside the server, or for none that is recorded. */
  readonly unjudged: readonly Unjudged[];
}

export interface Unjudged {
  readonly requirement: string;
  readonly reason: OutsideReason;
  /** What came instead, as the first of its checks says it. */
  readonly message: string;
}

/** Counts the musts of a run. Rows that the documents leave open are none. */
export function mustsOf(
  results: Iterable<CaseResult>,
  requirements: readonly Requirement[],
): Musts {
  const checks = new Map<string, CheckResult[]>();
  for (const result of results) {
    for (const check of result.checks) {
      if (check.verdict === "info") continue;
      const list = checks.get(check.requirement);
      if (list) list.push(check);
      else checks.set(check.requirement, [check]);
    }
  }
  let selected = 0;
  let judged = 0;
  const blocked: string[] = [];
  const skipped = new Map<string, number>();
  const unjudged: Unjudged[] = [];
  for (const { id, level } of requirements) {
    const all = checks.get(id) ?? [];
    if (level !== "must" || all.length === 0) continue;
    selected++;
    const unfit = all.find(({ blockedBy }) =>
      blockedBy?.kind === "outside" && blockedBy.reason === "file-mismatch"
    );
    if (unfit && !all.some(({ verdict }) => ACCUSATIONS.has(verdict))) {
      unjudged.push({ requirement: id, reason: "file-mismatch", message: unfit.message });
      continue;
    }
    if (all.some(({ verdict }) => verdict !== "blocked" && verdict !== "skip")) {
      judged++;
      continue;
    }
    const open = all.find(({ blockedBy }) => blockedBy?.kind === "outside");
    if (open?.blockedBy?.kind === "outside") {
      unjudged.push({ requirement: id, reason: open.blockedBy.reason, message: open.message });
    } else if (all.some(({ verdict }) => verdict === "blocked")) blocked.push(id);
    else {
      const want = all.find(({ want }) => want !== undefined)?.want ?? "other means";
      skipped.set(want, (skipped.get(want) ?? 0) + 1);
    }
  }
  return { selected, judged, blocked, skipped, unjudged };
}
