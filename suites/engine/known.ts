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

/** What held on which kind of channel in a whole run: in a scenario, where no check of it failed. */
export function kindsHeld(judged: readonly Judged[]): KindsHeld {
  const held = new Map<string, Set<string>>();
  for (const { questions } of judged) {
    const failed = new Set(
      questions.filter(({ finding }) => finding.holds === false)
        .map(({ check }) => check.requirement),
    );
    for (const { check: { requirement }, finding, kind } of questions) {
      if (finding.holds !== true || failed.has(requirement)) continue;
      held.set(requirement, (held.get(requirement) ?? new Set()).add(kind?.prefix ?? PLAIN));
    }
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
  const add = (isFirm: (premise: string) => boolean) => {
    for (const { questions, scenario } of judged) {
      for (const question of questions) {
        const { check: { requirement, ...check }, finding, missing, isAnswered, step } = question;
        const isWrong = finding.holds === false && (!missing || isAnswered === true) &&
          premisesOf(question, grading).every((one) => one === requirement || isFirm(one));
        if (!isWrong || held.has(requirement) || broken.has(requirement)) continue;
        if (isOpen(grading.requirement(requirement), check)) continue;
        const by = { kind: "cause" as const, requirement, case: scenario.id, step: step.index };
        broken.set(requirement, by);
      }
    }
  };
  add((premise) => held.has(premise));
  // Of two that stand on each other, the first is broken.
  add((premise) => !broken.has(premise));
  return broken;
}

/** What a question stands on: what its step takes for granted, and what its requirement does. */
export const premisesOf = ({ premises, check }: Question, grading: Grading): readonly string[] => [
  ...premises,
  ...grading.requirement(check.requirement).standsOn ?? [],
];

/** What a wrong answer stands on that holds nowhere. */
export function standsOnBroken(
  question: Question,
  { broken, grading }: Pick<Run, "broken" | "grading">,
): BlockedBy | undefined {
  const premise = premisesOf(question, grading).find((one) =>
    one !== question.check.requirement && broken.has(one)
  );
  return premise === undefined ? undefined : broken.get(premise);
}

/**
 * The requirement that guards this kind, where it is to blame: the rule holds on plain channels, and
 * never on this kind, or what was seen of it here is what breaks another rule wherever it is asked.
 */
export function kindToBlame(
  { requirement, kind, seen }: Asked,
  { held, unguarded }: Pick<Run, "held" | "unguarded">,
): string | undefined {
  if (kind === undefined || kind.guardedBy === requirement) return undefined;
  const kinds = held.get(requirement);
  if (kinds?.has(PLAIN) !== true) return undefined;
  const isOdd = !kinds.has(kind.prefix) ||
    seen !== undefined && unguarded.has(sightOf(kind, seen));
  return isOdd ? kind.guardedBy : undefined;
}

/** A rule that did not hold on a kind of channel, and what was seen. */
interface Asked {
  readonly requirement: string;
  readonly kind?: Kind | undefined;
  readonly seen?: string | undefined;
}

const sightOf = ({ prefix }: Kind, seen: string) => `${prefix} ${seen}`;

/** What was seen of each kind of channel where a rule never held on it. */
function unguardedKinds(judged: readonly Judged[], held: KindsHeld): ReadonlySet<string> {
  const nothing: ReadonlySet<string> = new Set();
  return new Set(
    judged.flatMap(({ questions }) => questions).flatMap((question) => {
      const { check: { requirement }, finding, kind, missing, observation } = question;
      const isSeen = finding.holds === false && !missing && kind !== undefined;
      return isSeen && kindToBlame({ requirement, kind }, { held, unguarded: nothing })
        ? [sightOf(kind, observation)]
        : [];
    }),
  );
}

/** What is known of a whole run while its verdicts are settled. */
export interface Run {
  readonly grading: Grading;
  /** Sets of premises on which some step of the run stood that worked. */
  readonly worked: ReadonlySet<string>;
  readonly accused: Accused;
  readonly held: KindsHeld;
  /** What was seen of the kinds of channel on which a rule never held. */
  readonly unguarded: ReadonlySet<string>;
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
    unguarded: unguardedKinds(judged, held),
    broken: grading.isStrict ? new Map() : brokenEverywhere(judged, held, grading),
  };
}

/** The check of a premise that quotes the same frame as the question, and finds it wrong too. */
export function shownBeside(
  { judged: { questions, scenario } }: { readonly judged: Judged },
  question: Question,
  { grading }: Pick<Run, "grading">,
): BlockedBy | undefined {
  if (grading.isStrict) return undefined;
  const premises = premisesOf(question, grading);
  const shown = questions.find(({ check: { requirement }, finding, missing }) =>
    requirement !== question.check.requirement && premises.includes(requirement) &&
    finding.holds === false && !missing &&
    finding.quotes.some((seq) => question.finding.quotes.includes(seq))
  );
  return shown && {
    kind: "cause",
    requirement: shown.check.requirement,
    case: scenario.id,
    step: shown.step.index,
  };
}
