/** What a run is told, and what its attempts share. */
import type { Recorder } from "../record/evidence_log.ts";
import type { Ended } from "./evidence_cut.ts";
import type { Budget } from "./budget.ts";
import type { EventLoopLag } from "./event_loop_lag.ts";
import type { Fixture } from "./fixture.ts";
import type { Grading } from "./grade.ts";
import type { Lifeline } from "./lifeline.ts";
import type { Scenario } from "./scenario.ts";
import type { Waits } from "./waits.ts";

export interface RunOptions {
  readonly fixture: Fixture;
  readonly recorder: Recorder;
  readonly grading: Grading;
  readonly run: string;
  readonly depth: "quick" | "full";
  /** Of everything random in a scenario. */
  readonly seed: number;
  /** How much longer than its deadline something that must come is waited for, in milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** What may be taken of the target; without it, anything. */
  readonly budget?: Budget;
  /** Told of every scenario that does not begin, for want of what the budget has left. */
  readonly onSkipped?: (scenario: Scenario, reason: string) => void;
  /** Told of every scenario that has been judged, and again when late frames were; the last word counts. */
  readonly onJudged: (ended: Ended) => void;
}

/** What all attempts of a run share. */
export type Context = RunOptions & {
  readonly attempts: { next: number };
  readonly waits: Waits;
  /** Tables of inputs of which one has ended two fresh servers. */
  readonly deadly: Set<string>;
  readonly lag: EventLoopLag;
  readonly life: Lifeline;
};
