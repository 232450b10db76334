/**
 * The checks there are to prove. Rows of one table of examples share their checks: the same judge
 * puts the same question, so one row that was caught failing proves it for all.
 */
import { relative } from "@std/path";
import { actions } from "../language/scenario.ts";
import type { Scenario } from "../engine/scenario.ts";

export interface ProofCheck {
  /** Unique, for example `auth/private/wrong-secret step 4 P-099`. */
  readonly key: string;
  /** Id of the scenario as its file has it, without an example's name. */
  readonly family: string;
  readonly requirement: string;
  /** The step as it stands in the file. */
  readonly text: string;
  readonly file: string;
  /** One-based line of the step in `file`; 0 for the audit. */
  readonly line: number;
}

/** Family of what the model and the run find, whatever a scenario asks. */
export const AUDIT = "model";

/** What the audit of every frame may accuse a server of. */
const AUDITED = ["P-024", "P-027", "P-032", "P-081"];

/** Names a check of a step; the audit's have step -1. */
export function keyOf(family: string, step: number, requirement: string): string {
  return step < 0 ? `${AUDIT} ${requirement}` : `${family} step ${step} ${requirement}`;
}

/** Every check of these scenarios, each once, and those of the audit; files relative to `root`. */
export function checksToProve(scenarios: readonly Scenario[], root: string): ProofCheck[] {
  const families = new Map(scenarios.map((scenario) => [scenario.family, scenario]));
  const params = [...families.values()].flatMap(({ family, file, steps }) =>
    actions(steps).flatMap(({ index, line, text, checks }) =>
      checks.map(({ requirement }): ProofCheck => ({
        key: keyOf(family, index, requirement),
        family,
        requirement,
        text,
        file: relative(root, file),
        line,
      }))
    )
  );
  const audited = AUDITED.map((requirement): ProofCheck => ({
    key: keyOf(AUDIT, -1, requirement),
    family: AUDIT,
    requirement,
    text: "every frame of every scenario is held against what its socket may see",
    file: "suites/model/model.ts",
    line: 0,
  }));
  return [...params, ...audited];
}

/** The keys of a scenario's own checks. */
export function keysOf({ family, steps }: Scenario): { key: string; requirement: string }[] {
  return actions(steps).flatMap(({ index, checks }) =>
    checks.map(({ requirement }) => ({ key: keyOf(family, index, requirement), requirement }))
  );
}
