/** A scenario while its checks are settled, and what it has shown so far. */
import { ACCUSATIONS, type BlockedBy, type CheckResult } from "../record/verdict.ts";
import { accusedOf } from "./blame.ts";
import type { Judged, Question } from "./judge.ts";
import type { Run } from "./known.ts";

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

/** What the scenario took for granted up to this step, where it is broken elsewhere in the run. */
export function stoodOn(open: Open, { step }: Question, run: Run): BlockedBy | undefined {
  return open.judged.stoodOn.filter((it) => it.step <= step.index)
    .flatMap(({ premises, kind }) => premises.map((id) => accusedOf(run.accused, id, kind)))
    .find((by) => by !== undefined);
}
