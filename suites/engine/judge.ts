/** From the evidence of a case to its verdict. Pure: the same evidence always gives the same verdict. */
import type { Known } from "../../targets/target.ts";
import type { Probed } from "../record/probed.ts";
import type { Requirement } from "../record/requirement.ts";
import { globToRegExp } from "@std/path";
import { actions, type Check } from "../language/scenario.ts";
import type { ActionStep, Scenario } from "./scenario.ts";
import { type Finding, NothingToJudge, untestable, type View } from "./verb.ts";
import { audit } from "./audit.ts";
import type { Evidence } from "../record/evidence.ts";
import {
  type CaseResult,
  type CheckResult,
  type Verdict,
  VERDICTS,
  worst,
} from "../record/verdict.ts";
import { turnsOf } from "./view.ts";

/** What the catalogue and the target file say, which turns a finding into a verdict. */
export interface Grading {
  readonly requirement: (id: string) => Requirement;
  readonly claims: readonly string[];
  readonly known: readonly Known[];
  readonly clockOffsetMs: number;
  /** What the target offers; absent where no target is judged. */
  readonly probed?: Probed;
  /** Set where clients are judged: what a scripted server sends them is no server's fault. */
  readonly unaudited?: true;
}

/** What the message of a check begins with whose question could not be put. */
export const NOT_TESTABLE = "Not testable: ";

/** Judges every check of a scenario, and holds every frame against what its socket may see. */
export function judge(
  scenario: Scenario,
  events: readonly Evidence[],
  grading: Grading,
): CaseResult {
  const turns = turnsOf(events, grading.clockOffsetMs);
  const broke = events.find((event) => event.kind === "broke");
  const why = broke
    ? `the scenario ended at "${stepText(scenario, broke.step)}": ${broke.reason}`
    : "the scenario ended before it";

  const checks = actions(scenario.steps).flatMap((step) => {
    if (step.checks.length === 0) return [];
    const views = turns.get(step.index) ?? [];
    const findings = views.map(({ params, view }) => findingOf(step, params, view));
    const finding = gravest(findings) ??
      { holds: "untestable" as const, message: why, quotes: broke ? [broke.seq] : [] };
    return step.checks.map((check) =>
      grade(scenario, step, check, finding, findings.length, grading)
    );
  });
  const accused = new Set(
    checks.filter(({ verdict }) => verdict !== "pass").map(({ requirement }) => requirement),
  );
  const audited = (grading.unaudited ? [] : audit(events))
    .filter(({ requirement }) => !accused.has(requirement)) // the scenario's own words say more
    .map(({ requirement, finding }) =>
      grade(scenario, undefined, { requirement }, finding, 1, grading)
    );
  const all = [...checks, ...audited];
  const first = events[0];
  const last = events.findLast((event) => event.kind === "step-end");
  return {
    id: scenario.id,
    verdict: overall(all.map((check) => check.verdict)),
    durationMs: first && last ? Math.round((last.t - first.t) * 1000) / 1000 : 0,
    checks: all,
  };
}

function findingOf({ verb }: ActionStep, params: unknown, view: View): Finding {
  try {
    return verb.judge?.(params, view) ?? untestable("it judges nothing");
  } catch (error) {
    if (error instanceof NothingToJudge) return untestable(error.message, [view.ended.seq]);
    throw error;
  }
}

/** What merely informs does not colour a case that was judged. */
function overall(verdicts: readonly Verdict[]): Verdict {
  const judged = verdicts.filter((verdict) => verdict !== "info");
  return judged.length === 0 && verdicts.length > 0 ? "info" : worst(judged);
}

function stepText(scenario: Scenario, index: number): string {
  return actions(scenario.steps).find((step) => step.index === index)?.text ?? "its beginning";
}

/** The finding that weighs most among the rounds and members that put the same question. */
function gravest(findings: readonly Finding[]): Finding | undefined {
  return findings.find((finding) => finding.holds === false) ??
    findings.find((finding) => finding.holds === "untestable") ?? findings.at(-1);
}

function grade(
  scenario: Scenario,
  step: ActionStep | undefined,
  check: Check,
  finding: Finding,
  rounds: number,
  { requirement: find, claims, known }: Grading,
): CheckResult {
  const requirement = find(check.requirement);
  const held = finding.holds === true;
  const admitted = known.find((entry) =>
    entry.requirement === requirement.id &&
    (entry.scenario === undefined || globToRegExp(entry.scenario).test(scenario.id))
  );
  const verdict = ((): Verdict => {
    if (
      requirement.live || requirement.demoted || check.ambiguity || check.informs ||
      requirement.level === "info" ||
      requirement.level === "may"
    ) return "info";
    if (held) return "pass";
    if (admitted) return "known";
    if (requirement.level === "should") return "warn";
    return requirement.score === "limits" && !claims.includes(requirement.id) ? "warn" : "fail";
  })();
  const counted = held && rounds > 1 ? ` (${rounds} times)` : "";
  const message = (finding.holds === "untestable" ? NOT_TESTABLE : "") + finding.message +
    counted +
    (verdict === "known" ? ` — known: ${admitted?.reason}` : "") +
    (check.ambiguity ? ` (${check.ambiguity}: the documents leave it open)` : "");
  const cause = finding.cause ?? admitted?.cause ?? scenario.cause ?? "implementation";
  return {
    requirement: requirement.id,
    level: requirement.level,
    verdict,
    ...(VERDICTS.indexOf(verdict) >= VERDICTS.indexOf("known") ? { cause } : {}),
    message,
    step: step?.index ?? -1,
    quotes: finding.quotes,
  };
}
