/**
 * What is known of a whole run while its verdicts are settled: which steps worked, what held
 * nowhere, and on which kinds of channel each rule held. Where a rule holds on plain channels and
 * never on another kind, the requirement that guards the kind is to blame.
 */
import type { Kind } from "../client/premises.ts";
import type { BlockedBy } from "../record/verdict.ts";
import { type Accused, setOf } from "./blame.ts";
import { type Grading, isOpen } from "./grade.ts";
import type { Judged, Question } from "./judge.ts";

/** The kinds of channel on which each requirement held. */
export type KindsHeld = ReadonlyMap<string, ReadonlySet<string>>;

const PLAIN = "plain";

/** What held on which kind of channel in a whole run. */
export function kindsHeld(judged: readonly Judged[]): KindsHeld {
  const held = new Map<string, Set<string>>();
  for (const { check, finding, kind } of judged.flatMap(({ questions }) => questions)) {
    if (finding.holds !== true) continue;
    held.set(
      check.requirement,
      (held.get(check.requirement) ?? new Set()).add(kind?.prefix ?? PLAIN),
    );
  }
  return held;
}

/** What held nowhere, and the first check that shows it: what stands on it cannot be judged. */
export type Broken = ReadonlyMap<string, BlockedBy>;

/** The requirements that no check of the run found kept; `judged` in the order in which they are told. */
export function brokenEverywhere(
  judged: readonly Judged[],
  held: KindsHeld,
  grading: Grading,
): Broken {
  const broken = new Map<string, BlockedBy>();
  for (const { questions, scenario } of judged) {
    for (
      const { check: { requirement, ...check }, finding, missing, premises, step } of questions
    ) {
      const standsFirm = premises.every((one) => one === requirement || held.has(one));
      const isWrong = finding.holds === false && !missing && standsFirm;
      if (!isWrong || held.has(requirement) || broken.has(requirement)) continue;
      if (isOpen(grading.requirement(requirement), check)) continue;
      broken.set(requirement, { kind: "cause", requirement, case: scenario.id, step: step.index });
    }
  }
  return broken;
}

/** What a wrong answer stands on that holds nowhere. */
export function standsOnBroken(
  { premises, check }: Question,
  broken: Broken,
): BlockedBy | undefined {
  const premise = premises.find((one) => one !== check.requirement && broken.has(one));
  return premise === undefined ? undefined : broken.get(premise);
}

/** The requirement that guards this kind, where it is to blame. */
export function kindToBlame(
  requirement: string,
  kind: Kind | undefined,
  held: KindsHeld,
): string | undefined {
  const kinds = held.get(requirement);
  const isOdd = kind !== undefined && kind.guardedBy !== requirement &&
    kinds?.has(PLAIN) === true && !kinds.has(kind.prefix);
  return isOdd ? kind.guardedBy : undefined;
}

/** What is known of a whole run while its verdicts are settled. */
export interface Run {
  readonly grading: Grading;
  /** Sets of premises on which some step of the run stood that worked. */
  readonly worked: ReadonlySet<string>;
  readonly accused: Accused;
  readonly held: KindsHeld;
  readonly broken: Broken;
}

/** What the findings of all scenarios tell, in the order in which they are told. */
export function runOf(judged: readonly Judged[], grading: Grading): Run {
  const held = grading.isStrict ? new Map() : kindsHeld(judged);
  return {
    grading,
    worked: new Set(judged.flatMap((one) => one.worked.map(setOf))),
    accused: new Map(),
    held,
    broken: grading.isStrict ? new Map() : brokenEverywhere(judged, held, grading),
  };
}
