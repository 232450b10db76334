/** Telling scenarios on a proving ground, where nothing is kept but what was found not to hold. */
import { openRecorder } from "../record/evidence_log.ts";
import type { Grading } from "../engine/grade.ts";
import { run } from "../engine/run.ts";
import { settle } from "../engine/settle.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Ground } from "./fixture.ts";
import { type Failure, failuresOf } from "./strict.ts";

/** Tells scenarios on a ground, and returns what they found not to hold. */
export type Tell = (scenarios: readonly Scenario[], ground: Ground) => Promise<Params>;

export interface Params {
  readonly failures: readonly Failure[];
  /** Scenarios in which everything was judged and held. */
  readonly passed: ReadonlySet<Scenario>;
}

/** Tells with this grading until `signal` aborts. */
export function teller(grading: Grading, signal: AbortSignal): Tell {
  let runs = 0;
  return async (scenarios, { fixture }) => {
    const results = new Map<Scenario, { failures: Failure[]; passed: boolean }>();
    await run(scenarios, {
      fixture,
      recorder: openRecorder(() => {}),
      grading,
      // Of one width, and of this run alone: the server remembers what others were told.
      run: (runs++).toString(36).padStart(4, "0"),
      depth: "quick",
      seed: 1,
      patienceMs: 0,
      isWatched: false,
      signal,
      onJudged: ({ judged }) => {
        const { scenario } = judged;
        const result = settle([judged], grading).get(scenario.id);
        if (!result) return;
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
