/**
 * Proof that checks can fail: every break is put in force, the stories that judge what it violates
 * are told, and what they accuse the server of is written down.
 */
import { openRecorder } from "../engine/journal.ts";
import type { Grading } from "../engine/judge.ts";
import { run } from "../engine/run.ts";
import type { Break } from "../faults/break.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Requirement } from "../requirement.ts";
import type { ApplicationFile } from "../../targets/application_file.ts";
import type { Target } from "../../targets/target.ts";
import { keysIn } from "./checks.ts";
import { type Ground, openGround } from "./ground.ts";
import { rehearse, type Rehearsed } from "./rehearse.ts";
import { concernedBy, isCheap } from "./repertoire.ts";
import { type Failure, failuresOf, sternGrading } from "./stern.ts";

/** What came of one break. */
export interface Attempt {
  readonly broken: Break;
  /** How often its rules have acted. */
  readonly acted: number;
  /** Checks of what it violates that failed. */
  readonly caughtBy: readonly Failure[];
  /** Checks of something else that failed: it is broken too, or the break violates more than it says. */
  readonly alsoFailed: readonly Failure[];
  /** What went wrong in the break or in the telling, instead of in the server it imitates. */
  readonly faults: readonly string[];
  readonly durationMs: number;
}

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
  readonly requirement: (id: string) => Requirement;
  readonly signal: AbortSignal;
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Breaks in force at one time, each on a server of its own. */
const SIDE_BY_SIDE = 4;

/** Tells the scenarios without breaks, then with each. Throws `CannotStart`. */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { target, breaks, signal, onAttempt } = options;
  const grounds = await Array.fromAsync(
    { length: Math.max(1, Math.min(SIDE_BY_SIDE, breaks.length)) },
    () => openGround(target, options.application),
  );
  try {
    const tell = teller(sternGrading(options.requirement), signal);
    const ground = grounds[0]!; // there is at least one
    const rehearsed = await rehearse(options.scenarios, options.requirement, ground, tell);
    const proven = new Set<string>();
    const attempts: Attempt[] = [];
    const waiting = [...breaks];
    await Promise.all(grounds.map(async (ground) => {
      while (!signal.aborted) {
        const broken = waiting.shift();
        if (!broken) return;
        const attempt = await tryBreak(broken, ground, rehearsed, proven, tell);
        attempts.push(attempt);
        onAttempt(attempt);
      }
    }));
    return { attempts, informing: rehearsed.always, spoiled: rehearsed.spoiled };
  } finally {
    await Promise.all(grounds.map(({ stage }) => stage.close()));
  }
}

/** Tells stories on a ground, and returns what they found not to hold. */
export type Tell = (scenarios: readonly Scenario[], ground: Ground) => Promise<Told>;

export interface Told {
  readonly failures: readonly Failure[];
  /** Scenarios in which everything was judged and held. */
  readonly passed: ReadonlySet<Scenario>;
}

function teller(grading: Grading, signal: AbortSignal): Tell {
  let runs = 0;
  return async (scenarios, { stage }) => {
    const results = new Map<Scenario, { failures: Failure[]; passed: boolean }>();
    await run(scenarios, {
      stage,
      recorder: openRecorder(() => {}),
      grading,
      // Of one width, and of this run alone: the server remembers what others were told.
      run: (runs++).toString(36).padStart(4, "0"),
      depth: "quick",
      seed: 1,
      signal,
      onResult: (scenario, result) => {
        const failures = failuresOf(scenario, result);
        results.set(scenario, { failures, passed: result.verdict === "pass" });
      },
    });
    return {
      failures: [...results.values()].flatMap(({ failures }) => failures),
      passed: new Set(
        [...results].filter(([, { passed }]) => passed).map(([scenario]) => scenario),
      ),
    };
  };
}

async function tryBreak(
  broken: Break,
  ground: Ground,
  { repertoire, always }: Rehearsed,
  proven: Set<string>,
  tell: Tell,
): Promise<Attempt> {
  const began = performance.now();
  const violated = new Set<string>(broken.violates);
  const failures: Failure[] = [];
  const faults: string[] = [];
  const tellAll = async (scenarios: readonly Scenario[]) => {
    if (scenarios.length === 0) return;
    const told = await tell(scenarios, ground);
    const fresh = told.failures.filter(({ key }) => !always.has(key));
    failures.push(...fresh);
    for (const { key } of fresh) proven.add(key);
  };
  const isCaught = () => failures.some(({ requirement }) => violated.has(requirement));
  const isNeeded = (scenario: Scenario) =>
    !isCaught() || keysIn(scenario, violated).some((key) => !proven.has(key) && !always.has(key));

  await ground.breakWith([broken]);
  const concerned = concernedBy(broken, repertoire);
  const costly = concerned.filter((scenario) => !isCheap(scenario));
  const isSlow = ({ lane, ownServer }: Scenario) => lane === "parallel" && !ownServer;
  try {
    await tellAll(concerned.filter(isCheap));
    await tellAll(costly.filter((scenario) => isSlow(scenario) && isNeeded(scenario)));
    for (const scenario of costly.filter((scenario) => !isSlow(scenario))) {
      if (isNeeded(scenario)) await tellAll([scenario]);
    }
  } catch (error) {
    faults.push(error instanceof Error ? error.stack ?? error.message : String(error));
  }
  return {
    broken,
    acted: ground.acted,
    caughtBy: failures.filter(({ requirement }) => violated.has(requirement)),
    alsoFailed: failures.filter(({ requirement }) => !violated.has(requirement)),
    faults: [...faults, ...ground.faults.map(({ cause }) => String(cause))],
    durationMs: Math.round(performance.now() - began),
  };
}
