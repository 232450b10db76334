/**
 * One cause, one accusation: from the findings of all scenarios to verdicts.
 *
 * A step that did not come to what it waits for may owe that to any of the requirements it takes
 * for granted (its premises), or to the one it checks. Which of them is to blame, a control tells: a
 * step that worked and differs in that one alone. What cannot be judged because of it is blocked, and
 * names it; blocked is neither passed nor failed (`docs/verdicts.md`).
 */
import {
  ACCUSATIONS,
  type BlockedBy,
  type CaseResult,
  type OutsideReason,
  verdictOf,
} from "../record/verdict.ts";
import { accuse, accusePremise, tell } from "./accuse.ts";
import { accuseOnce } from "./absent.ts";
import { rootsOnly } from "./beside.ts";
import { withoutMistakesOfTheFile } from "./file_mismatch.ts";
import { blockedCheck, passed } from "./check_result.ts";
import { type Grading, isOpen } from "./grade.ts";
import type { Judged, Question } from "./judge.ts";
import { kindToBlame, premisesOf, type Run, runOf, shownBeside, standsOnBroken } from "./known.ts";
import { signedOnce } from "./signed_once.ts";
import { observedOnce } from "./observed_once.ts";
import { firstAbsence, firstAccusation, type Open, stoodOn } from "./open_case.ts";
import { accusedOf, blameFor } from "./blame.ts";
import { refusalCheck } from "./refusal.ts";

/**
 * The verdicts of a run, the same in whatever order its scenarios ended. `outside` names scenarios
 * that something outside the server kept from being judged; what did not hold there is blocked by it.
 */
export function settle(
  judged: readonly Judged[],
  grading: Grading,
  outside: ReadonlyMap<string, OutsideReason> = new Map(),
): Map<string, CaseResult> {
  // Several may be the first to show a broken premise; the same one tells of it in every run.
  const inOrder = withoutMistakesOfTheFile(judged).toSorted((a, b) =>
    a.scenario.id < b.scenario.id ? -1 : 1
  );
  const run = runOf(inOrder, grading);
  const open = inOrder.map((one): Open => ({
    judged: one,
    checks: one.questions.map(() => undefined),
    extra: [],
    blocker: undefined,
  }));
  for (const one of open) judgePlain(one, run, outside.get(one.judged.scenario.id));
  for (const phase of PHASES) for (const one of open) blameMissing(one, run, phase);
  for (const one of open) blameRefusal(one, run);
  for (const one of open) blameBroken(one, run);
  for (const one of open) block(one, run);
  const unexplained = judged.flatMap((one) => one.unexplained);
  const roots = rootsOnly(open.map(resultOf), grading);
  const results = observedOnce(
    signedOnce(accuseOnce(roots, grading.probed), grading),
    unexplained,
  );
  const byId = new Map(results.map((result) => [result.id, result]));
  return new Map(
    judged.flatMap(({ scenario: { id } }) => {
      const result = byId.get(id);
      return result ? [[id, result] as const] : [];
    }),
  );
}

/** Checks that were put and answered, and what the model found. */
function judgePlain(open: Open, run: Run, outside: OutsideReason | undefined): void {
  const { questions, unexplained, scenario } = open.judged;
  questions.forEach((question, index) => {
    const { holds } = question.finding;
    if (holds === true) open.checks[index] = passed(question, scenario.id, run);
    else if (question.finding.outside === "file-mismatch") {
      open.checks[index] = blockedCheck(
        question,
        { kind: "outside", reason: "file-mismatch" },
        run,
      );
    } // What was seen before evidence was cut still counts; what is missing does not.
    else if (outside !== undefined && (outside !== "evidence-cut" || holds === "blocked")) {
      open.checks[index] = blockedCheck(question, { kind: "outside", reason: outside }, run);
    } else if (holds === false && !question.missing) accusePlain(open, index, run);
  });
  if (outside !== undefined) {
    open.blocker = { kind: "outside", reason: outside };
    if (outside !== "evidence-cut") return;
  }
  const quoted = new Set(
    [...open.checks, ...open.extra].flatMap((check) =>
      check && ACCUSATIONS.has(check.verdict) ? check.quotes : []
    ),
  );
  for (const one of unexplained) {
    // A frame that a check of the scenario quotes is told of already.
    if (!one.quotes.some((seq) => quoted.has(seq))) tell(open, one, run);
  }
}

/** Accuses what the check is about, or the other requirement that its finding shows broken. */
function accusePlain(open: Open, index: number, run: Run): void {
  const question = open.judged.questions[index];
  const broken = question &&
    (standsOnBroken(question, run) ?? shownBeside(open, question, run) ??
      shownBroken(open, question, run));
  if (question && broken) {
    open.checks[index] = blockedCheck(question, broken, run);
    return;
  }
  const requirement = question && (question.finding.accuses ??
    kindToBlame({
      requirement: question.check.requirement,
      kind: question.kind,
      seen: question.observation,
    }, run));
  if (!question || requirement === undefined || requirement === question.check.requirement) {
    return accuse(open, index, run);
  }
  const by = accusePremise(
    open,
    { ...question, premises: [] },
    { kind: "accuse", requirement, isShown: true },
    run,
  );
  open.checks[index] = blockedCheck(question, by, run);
}

/** A premise that the model finds broken in what the question quotes, or before: it is told of in its place. */
function shownBroken(open: Open, question: Question, run: Run): BlockedBy | undefined {
  if (run.grading.isStrict) return undefined;
  const { quotes: quoted } = question.finding;
  const until = quoted.length > 0 ? Math.max(...quoted) : Infinity;
  const premises = premisesOf(question, run.grading);
  const shown = open.judged.unexplained.find(({ requirement, quotes }) =>
    requirement !== question.check.requirement && premises.includes(requirement) &&
    Math.min(...quotes) <= until
  );
  return shown && tell(open, shown, run);
}

/** What is broken for certain first, then what a control shows, then what stands on them. */
const PHASES = ["general", "shown", "all"] as const;

/** Steps with a check that did not come to what they wait for. */
function blameMissing(open: Open, run: Run, phase: typeof PHASES[number]): void {
  const { questions } = open.judged;
  questions.forEach((question, index) => {
    const { finding, missing, premises, check } = question;
    if (open.checks[index] || finding.holds !== false || !missing) return;
    if (refusalCheck(question, open.judged, run.grading) >= 0) return;
    if (isOpen(run.grading.requirement(check.requirement), check)) {
      // What only informs accuses no premise either.
      if (phase === "all") accuse(open, index, run);
      return;
    }
    const shown = shownBroken(open, question, run);
    if (shown) {
      open.checks[index] = blockedCheck(question, shown, run);
      return;
    }
    const isTheGeneralOne = premises.length === 0 || premises[0] === check.requirement;
    if (phase === "general" && !isTheGeneralOne) return;
    const blame = blameFor(premises, check.requirement, run, question.isBroken, question.kind);
    if (phase === "shown" && !(blame.kind === "accuse" && blame.isShown)) return;
    const isOwn = blame.kind === "accuse" && blame.requirement === check.requirement;
    // A control shows nothing of an answer that came, and is wrong.
    const isShown = blame.kind === "accuse" && blame.isShown && !question.isAnswered;
    // Nor of what the requirement itself is made of.
    const broken = isOwn ? standsOnBroken(question, run, isShown) : undefined;
    if (isOwn && !broken) return accuse(open, index, run);
    const by = broken ??
      (blame.kind === "blocked" ? blame.by : accusePremise(open, question, blame, run));
    open.checks[index] = blockedCheck(question, by, run);
  });
}

/** Steps that wait for what was published and refused: the check of the answer has told of it. */
function blameRefusal(open: Open, run: Run): void {
  const { questions, scenario } = open.judged;
  questions.forEach((question, index) => {
    if (open.checks[index]) return;
    const told = open.checks[refusalCheck(question, open.judged, run.grading)];
    if (!told) return;
    const { requirement, step, observation, blockedBy } = told;
    if (!blockedBy && requirement === question.check.requirement) {
      return accuse(open, index, run, observation);
    }
    const by = blockedBy ?? { kind: "cause" as const, requirement, case: scenario.id, step };
    open.checks[index] = blockedCheck(question, by, run);
  });
}

/** The step without a check that ended its scenario. */
function blameBroken(open: Open, run: Run): void {
  const { broken } = open.judged;
  if (!broken || open.blocker) return;
  if (broken.outside !== undefined) {
    open.blocker = { kind: "outside", reason: broken.outside };
    return;
  }
  const seen = firstAbsence(open);
  if (broken.isCut) {
    open.blocker = seen ?? { kind: "outside", reason: "line-cut" };
    return;
  }
  if (broken.premises.length === 0) {
    open.blocker = seen; // else what the scenario stood on before may say more
    return;
  }
  const brokenElsewhere = broken.premises.find((premise) => run.broken.has(premise));
  if (brokenElsewhere !== undefined) {
    open.blocker = run.broken.get(brokenElsewhere);
    return;
  }
  const blame = blameFor(broken.premises, undefined, run, true, broken.kind);
  if (blame.kind === "accuse" && !blame.isShown && seen) {
    open.blocker = seen; // the scenario has shown what is wrong already
    return;
  }
  open.blocker = blame.kind === "blocked" ? blame.by : accusePremise(
    open,
    {
      ...broken,
      finding: broken,
    },
    blame,
    run,
  );
}

/** Whatever is left: questions that could not be put, and those behind the end of the scenario. */
function block(open: Open, run: Run): void {
  const { questions } = open.judged;
  const ofScenario = firstAccusation(open);
  questions.forEach((question, index) => {
    if (open.checks[index]) return;
    const known = question.premises.filter((id) => id !== question.check.requirement)
      .map((id) => accusedOf(run.accused, id, question.kind)).find((by) => by !== undefined);
    const by = open.blocker ?? known ?? ofScenario ?? stoodOn(open, question, run) ??
      { kind: "outside" as const, reason: question.finding.outside ?? "unrecorded" as const };
    open.checks[index] = blockedCheck(question, by, run);
  });
}

function resultOf({ judged, checks, extra }: Open): CaseResult {
  const all = [...checks, ...extra].flatMap((check) => check ?? []);
  return {
    id: judged.scenario.id,
    verdict: verdictOf(all),
    durationMs: judged.durationMs,
    checks: all,
  };
}
