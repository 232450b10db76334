/** The accusations of a scenario that is being settled: of a check, of a premise, of what the model found. */
import type { Kind } from "../client/premises.ts";
import type { BlockedBy } from "../record/verdict.ts";
import { accusedOf, type Blame } from "./blame.ts";
import { accusation, blockedFinding } from "./check_result.ts";
import type { Question } from "./judge.ts";
import { kindToBlame, type Run } from "./known.ts";
import type { Unexplained } from "./model.ts";
import type { Open } from "./open_case.ts";

/** Accuses what the check is about; `seen` where that is told by another check. */
export function accuse(open: Open, index: number, run: Run, seen?: string): void {
  const question = open.judged.questions[index];
  if (!question) throw new Error("questions and their places go together");
  const { check, finding, observation, step, rounds } = question;
  open.checks[index] = accusation(open.judged.scenario.id, run, {
    requirement: check.requirement,
    observation: seen ?? observation,
    message: finding.message,
    quotes: finding.quotes,
    step: step.index,
    check,
    rounds,
    isMissing: question.missing,
    kind: question.kind,
  });
}

/** Accuses a premise where it broke, once: it blocks the step that stood on it. */
export function accusePremise(
  open: Open,
  at: {
    readonly step: Question["step"];
    readonly premises: readonly string[];
    readonly finding: { readonly message: string; readonly quotes: readonly number[] };
    readonly observation: string;
    readonly kind?: Kind;
  },
  { requirement }: Blame & { readonly kind: "accuse" },
  run: Run,
): BlockedBy {
  const { step, premises, finding, observation, kind } = at;
  const candidates = premises.length > 1 ? `; it takes for granted ${premises.join(", ")}` : "";
  open.extra.push(accusation(open.judged.scenario.id, run, {
    requirement,
    observation,
    message: `${finding.message}${candidates}`,
    quotes: finding.quotes,
    step: step.index,
    isMissing: true,
    kind,
    isUnasked: true,
  }));
  return accusedOf(run.accused, requirement, kind) ??
    { kind: "cause", requirement, case: open.judged.scenario.id, step: step.index };
}

/** Tells of what the model found, once in a scenario; returns what it blocks by. */
export function tell(open: Open, found: Unexplained, run: Run): BlockedBy {
  const requirement = kindToBlame(found, run) ?? found.requirement;
  const { observation, message, quotes } = found;
  const { id } = open.judged.scenario;
  const step = -1;
  const by = run.grading.requirement(requirement).standsOn?.map((one) => run.broken.get(one))
    .find((one) => one !== undefined);
  if (!open.extra.some((check) => check.requirement === requirement && check.step === step)) {
    open.extra.push(
      by ? blockedFinding(found, by, run) : accusation(id, run, {
        requirement,
        observation,
        message,
        quotes,
        step,
        // What ends a server is the scenario's own input.
        ...(requirement === "P-032" ? {} : { isUnasked: true }),
      }),
    );
  }
  return by ?? { kind: "cause", requirement, case: id, step };
}
