/** A scenario while its checks are settled, and what it has shown so far. */
import { ACCUSATIONS, type BlockedBy, type CheckResult } from "../record/verdict.ts";
import type { Judged } from "./judge.ts";

/** Every place of a check is filled in the end. */
export interface Open {
  readonly judged: Judged;
  readonly checks: (CheckResult | undefined)[];
  readonly extra: CheckResult[];
  blocker: BlockedBy | undefined;
}

/** The first check of the scenario that accuses, or is blocked itself, in the order of its steps. */
export function firstAccusation(open: Open): BlockedBy | undefined {
  const first = [...open.checks, ...open.extra].find((check) =>
    check !== undefined && (ACCUSATIONS.has(check.verdict) || check.blockedBy !== undefined)
  );
  if (!first) return undefined;
  return first.blockedBy ?? {
    kind: "cause",
    requirement: first.requirement,
    case: open.judged.scenario.id,
    step: first.step,
  };
}

/** What the model could not explain, or a check whose answer never came: it ended the scenario. */
export function firstAbsence(open: Open): BlockedBy | undefined {
  const checks = open.checks.filter((_, index) => open.judged.questions[index]?.missing);
  return firstAccusation({ ...open, checks });
}
