/** Findings of made-up scenarios, for tests of how verdicts are settled. */
import type { CaseResult } from "../record/verdict.ts";
import type { Grading } from "./grade.ts";
import type { Broken, Judged, Question } from "./judge.ts";
import type { ActionStep, Scenario } from "./scenario.ts";
import { requirementOf } from "./testing.ts";
import type { Finding } from "./verb.ts";

export const grading: Grading = {
  requirement: (id) => requirementOf(id),
  claims: [],
  known: [],
  clockOffsetMs: 0,
};

export const step = (index: number): ActionStep => ({
  kind: "action",
  index,
  line: index,
  text: "",
  actor: "ana",
  // No verb runs here: settling reads findings only.
  verb: { actor: "client" } as ActionStep["verb"],
  params: {},
  checks: [],
});

export const came: Finding = { holds: true, message: "it came", quotes: [] };
export const missing: Finding = { holds: false, message: "it did not come", quotes: [] };

/** A check of `requirement` by a step that stood on `premises`. */
export const check = (
  requirement: string,
  premises: readonly string[],
  finding: Finding,
  more: Partial<Question> = {},
): Question => ({
  step: step(0),
  check: { requirement },
  finding,
  rounds: 1,
  premises,
  missing: finding.holds === false,
  isBroken: finding.holds === false,
  tookMs: 10,
  observation: "refused",
  ...more,
});

export function scenario(id: string, parts: Partial<Judged>): Judged {
  return {
    scenario: { id, steps: [] } as unknown as Scenario, // no more of it is read
    durationMs: 1,
    questions: [],
    worked: [],
    stoodOn: [],
    unexplained: [],
    ...parts,
  };
}

export const broken = (premises: readonly string[]): Broken => ({
  step: step(1),
  premises,
  message: "ana was not admitted",
  quotes: [],
  observation: "refused",
  isCut: false,
});

/** `scenario requirement verdict`, and what blocks it. */
export const told = (results: ReadonlyMap<string, CaseResult>) =>
  [...results.values()].flatMap(({ id, checks }) =>
    checks.map(({ requirement, verdict, blockedBy }) =>
      [id, requirement, verdict]
        .concat(
          blockedBy === undefined
            ? []
            : blockedBy.kind === "cause"
            ? [blockedBy.requirement]
            : [blockedBy.reason],
        ).join(" ")
    )
  );
