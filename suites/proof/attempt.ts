/** One break put in force: the scenarios that concern it are told, and what they find is kept. */
import type { Break } from "../faults/break.ts";
import type { Scenario } from "../engine/scenario.ts";
import { keysOf } from "./checks.ts";
import type { Ground } from "./fixture.ts";
import { concernedBy, isCheap } from "./repertoire.ts";
import type { Failure } from "./strict.ts";
import type { Tell } from "./run_with_fault.ts";

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

/** What is known so far of which checks can fail. */
export interface Knowledge {
  /** Keys of checks that a break has made fail. */
  readonly proven: Set<string>;
  /** Keys of checks that fail on a server that is right, so that they prove nothing. */
  readonly always: ReadonlySet<string>;
}

/**
 * Tells the scenarios that judge what the break violates: the costly ones only while the break is
 * uncaught or they hold a check that is not proven yet.
 */
export async function tryBreak(
  broken: Break,
  repertoire: readonly Scenario[],
  ground: Ground,
  { proven, always }: Knowledge,
  tell: Tell,
): Promise<Attempt> {
  const began = performance.now();
  const violated = new Set<string>(broken.violates);
  const failures: Failure[] = [];
  const faults: string[] = [];
  const runAll = async (scenarios: readonly Scenario[]) => {
    if (scenarios.length === 0) return;
    const params = await tell(scenarios, ground);
    const fresh = params.failures.filter(({ key }) => !always.has(key));
    failures.push(...fresh);
    for (const { key } of fresh) proven.add(key);
  };
  const isCaught = () => failures.some(({ requirement }) => violated.has(requirement));
  const isNeeded = (scenario: Scenario) =>
    !isCaught() ||
    keysOf(scenario).some(({ key, requirement }) =>
      violated.has(requirement) && !proven.has(key) && !always.has(key)
    );

  await ground.breakWith([broken]);
  const concerned = concernedBy(broken, repertoire);
  const costly = concerned.filter((scenario) => !isCheap(scenario));
  const isSlow = ({ schedule, ownServer }: Scenario) => schedule === "parallel" && !ownServer;
  try {
    await runAll(concerned.filter(isCheap));
    await runAll(costly.filter((scenario) => isSlow(scenario) && isNeeded(scenario)));
    for (const scenario of costly.filter((scenario) => !isSlow(scenario))) {
      if (isNeeded(scenario)) await runAll([scenario]);
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

/** What two attempts at the same break came to together. */
export function together(first: Attempt, second: Attempt): Attempt {
  return {
    broken: first.broken,
    acted: first.acted + second.acted,
    caughtBy: [...first.caughtBy, ...second.caughtBy],
    alsoFailed: [...first.alsoFailed, ...second.alsoFailed],
    faults: [...first.faults, ...second.faults],
    durationMs: first.durationMs + second.durationMs,
  };
}
