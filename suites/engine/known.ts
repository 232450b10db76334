/**
 * What is known of a whole run while its verdicts are settled: which steps worked, what held
 * nowhere, and on which kinds of channel each rule held. Where a rule holds on plain channels and
 * never on another kind, the requirement that guards the kind is to blame.
 */
import { type Kind, PLAIN } from "../client/premises.ts";
import type { BlockedBy } from "../record/verdict.ts";
import { type Accused, lackOf, setOf } from "./blame.ts";
import { type Grading, isOpen } from "./grade.ts";
import type { Judged, Question } from "./judge.ts";

/** The kinds of channel on which each requirement held. */
export type KindsHeld = ReadonlyMap<string, ReadonlySet<string>>;

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

/**
 * The requirements that no check of the run found kept; `judged` in the order in which they are told.
 * What never came is broken for certain where all that it stands on held elsewhere.
 */
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
        const premises = premisesOf(question, grading).filter((one) => one !== requirement);
        const isSeen = !missing || isAnswered === true ||
          premises.length > 0 && premises.every((one) => held.has(one));
        const isWrong = finding.holds === false && isSeen && premises.every(isFirm);
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

/** What a wrong answer stands on that holds nowhere; with `isShown` only what its requirement does. */
export function standsOnBroken(
  question: Question,
  { broken, grading }: Pick<Run, "broken" | "grading">,
  isShown = false,
): BlockedBy | undefined {
  const { requirement } = question.check;
  const premises = isShown
    ? grading.requirement(requirement).standsOn ?? []
    : premisesOf(question, grading);
  const premise = premises.find((one) => one !== requirement && broken.has(one));
  return premise === undefined ? undefined : broken.get(premise);
}

/** Where a rule holds that may be broken on this kind: of guarded cache channels, on public ones too. */
const usualFor = ({ prefix }: Kind): readonly string[] =>
  prefix.endsWith("-cache-") ? [PLAIN, "cache-"] : [PLAIN];

/**
 * The requirement that guards this kind, where it is to blame: the rule holds on plain channels, and
 * never on this kind, or what was seen of it here is what breaks another rule wherever it is asked.
 * What is broken in the same way on the usual kinds as well is no matter of the kind.
 */
export function kindToBlame(
  { requirement, kind, seen }: Asked,
  { held, unguarded, brokenOn }: Pick<Run, "held" | "unguarded" | "brokenOn">,
): string | undefined {
  if (kind === undefined || kind.guardedBy === requirement) return undefined;
  const kinds = held.get(requirement);
  if (!kinds || !usualFor(kind).some((one) => kinds.has(one))) return undefined;
  if (usualFor(kind).some((one) => brokenOn.has(brokenOnKind(requirement, one, seen)))) {
    return undefined;
  }
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

const brokenOnKind = (requirement: string, prefix: string, seen = "") =>
  `${requirement} ${prefix} ${seen}`;

/** What did not hold on which kind of channel, and what was seen. */
const brokenOnKinds = (judged: readonly Judged[]): ReadonlySet<string> =>
  new Set(
    judged.flatMap(({ questions, unexplained }) => [
      ...questions.flatMap(({ check: { requirement }, finding, kind, observation }) =>
        finding.holds === false
          ? [brokenOnKind(requirement, kind?.prefix ?? PLAIN, observation)]
          : []
      ),
      // Of what the model found, the kind may be unknown.
      ...unexplained.flatMap(({ requirement, kind, seen }) =>
        kind ? [brokenOnKind(requirement, kind.prefix, seen)] : []
      ),
    ]),
  );

const sightOf = ({ prefix }: Kind, seen: string) => `${prefix} ${seen}`;

/** What was seen of each kind of channel where a rule never held on it. */
function unguardedKinds(
  judged: readonly Judged[],
  { held, brokenOn }: Pick<Run, "held" | "brokenOn">,
): ReadonlySet<string> {
  const nothing: ReadonlySet<string> = new Set();
  return new Set(
    judged.flatMap(({ questions }) => questions).flatMap((question) => {
      const { check: { requirement }, finding, kind, missing, observation } = question;
      const isSeen = finding.holds === false && !missing && kind !== undefined;
      return isSeen &&
          kindToBlame({ requirement, kind, seen: observation }, {
            held,
            unguarded: nothing,
            brokenOn,
          })
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
  /** What came to nothing, and on which premises it stood. */
  readonly lacked: ReadonlySet<string>;
  readonly accused: Accused;
  readonly held: KindsHeld;
  /** What did not hold on which kind of channel, and what was seen. */
  readonly brokenOn: ReadonlySet<string>;
  /** What was seen of the kinds of channel on which a rule never held. */
  readonly unguarded: ReadonlySet<string>;
  readonly broken: Broken;
}

/** What the findings of all scenarios tell, in the order in which they are told. */
export function runOf(judged: readonly Judged[], grading: Grading): Run {
  const held = grading.isStrict ? new Map() : kindsHeld(judged);
  const brokenOn = brokenOnKinds(judged);
  return {
    grading,
    worked: new Set(judged.flatMap((one) => one.worked.map(setOf))),
    lacked: new Set(
      judged.flatMap(({ questions }) => questions).flatMap((
        { finding, missing, check, premises },
      ) => finding.holds === false && missing ? [lackOf(check.requirement, premises)] : []),
    ),
    accused: new Map(),
    held,
    brokenOn,
    unguarded: unguardedKinds(judged, { held, brokenOn }),
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
