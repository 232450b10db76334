/**
 * Proof that checks can fail: every break is put in force, the scenarios that judge what it violates
 * are told, and what they accuse the server of is written down.
 */
import type { Break } from "../faults/break.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Requirement } from "../record/requirement.ts";
import type { ApplicationFile } from "../applications/file.ts";
import type { Target } from "../../targets/target.ts";
import { type Attempt, type Knowledge, together, tryBreak } from "./attempt.ts";
import { keysOf } from "./checks.ts";
import { type Ground, openGround } from "./fixture.ts";
import { openNodesGround } from "./nodes_ground.ts";
import { rehearse } from "./baseline.ts";
import { concernedBy } from "./repertoire.ts";
import { type Failure, stern, sternGrading } from "./strict.ts";
import { type Tell, teller } from "./run_with_fault.ts";

export interface Proof {
  readonly attempts: readonly Attempt[];
  /** Keys of checks that only inform, and that the reference server itself does not meet. */
  readonly informing: ReadonlySet<string>;
  /** Checks that fail without any break, and must not. */
  readonly spoiled: readonly Failure[];
}

export interface ProveOptions {
  readonly target: Target;
  /** What broadcasts through it; breaks put a wrong part into it. */
  readonly application: ApplicationFile;
  readonly scenarios: readonly Scenario[];
  readonly breaks: readonly Break[];
  /** Whether the target is one of several nodes, and the breaks are of nodes. */
  readonly ofNodes?: boolean;
  /** Keys of the checks that some break ought to make fail. */
  readonly toProve: ReadonlySet<string>;
  readonly requirement: (id: string) => Requirement;
  readonly signal: AbortSignal;
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Breaks in force at one time, each on a server of its own. */
const SIDE_BY_SIDE = 4;
/** How much longer deadlines are at the second look. */
const PATIENCE = 3;

/** Tells the scenarios without breaks, then with each. Throws `CannotStart`. */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { target, application, scenarios, breaks, signal, onAttempt } = options;
  const grounds = await Array.fromAsync(
    { length: Math.max(1, Math.min(SIDE_BY_SIDE, breaks.length)) },
    () => options.ofNodes ? openNodesGround(target) : openGround(target, application),
  );
  try {
    const tell = teller(sternGrading(options.requirement, target), signal);
    const ground = grounds[0]!; // there is at least one
    const { repertoire, always, spoiled } = await rehearse(
      scenarios,
      options.requirement,
      ground,
      tell,
    );
    const known: Knowledge = { proven: new Set(), always };
    const attempts: Attempt[] = [];
    // Those first that wait for clocks, so that none of them is left to run alone at the end.
    const waits = (broken: Break) =>
      concernedBy(broken, repertoire).filter(({ slow }) => slow).length;
    const waiting = breaks.toSorted((a, b) => waits(b) - waits(a));
    await Promise.all(grounds.map(async (ground) => {
      while (!signal.aborted) {
        const broken = waiting.shift();
        if (!broken) return;
        const attempt = await tryBreak(broken, repertoire, ground, known, tell);
        attempts.push(attempt);
        onAttempt(attempt);
      }
    }));
    const looked = await lookAgain(attempts, options, repertoire, ground, known, tell);
    return { attempts: looked, informing: always, spoiled };
  } finally {
    await Promise.all(grounds.map(({ fixture }) => fixture.close()));
  }
}

/**
 * Tries breaks that nobody caught, and those that may yet prove a check nothing has proven, once
 * more: with nothing beside them and longer deadlines. On a busy machine a scenario may have ended
 * early, before its question was put.
 */
async function lookAgain(
  attempts: readonly Attempt[],
  { scenarios, toProve, signal, onAttempt }: ProveOptions,
  repertoire: readonly Scenario[],
  ground: Ground,
  known: Knowledge,
  tell: Tell,
): Promise<Attempt[]> {
  const deadlines = new Map(repertoire.map(({ id, deadlineMs }) => [id, deadlineMs]));
  const patient = scenarios.map((scenario) =>
    stern(scenario, PATIENCE * (deadlines.get(scenario.id) ?? Infinity))
  );
  const mayProve = ({ violates }: Break, scenario: Scenario) =>
    keysOf(scenario).some(({ key, requirement }) =>
      violates.some((id) => id === requirement) && toProve.has(key) &&
      !known.proven.has(key) && !known.always.has(key)
    );
  const looked: Attempt[] = [];
  for (const attempt of attempts) {
    const { broken, caughtBy } = attempt;
    const worthwhile = caughtBy.length === 0
      ? concernedBy(broken, patient)
      : patient.filter((scenario) => mayProve(broken, scenario));
    if (signal.aborted || worthwhile.length === 0) {
      looked.push(attempt);
      continue;
    }
    const again = together(attempt, await tryBreak(broken, worthwhile, ground, known, tell));
    looked.push(again);
    onAttempt(again);
  }
  return looked;
}
