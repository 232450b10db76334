/** What judges a whole scenario's evidence, whatever the scenario asked: the engine gets it as a value. */
import type { Evidence } from "../record/evidence.ts";

/** Something the target did that follows from nothing that was sent. */
export interface Unexplained {
  readonly requirement: string;
  /** What differs, short and without names of the run. */
  readonly observation: string;
  readonly message: string;
  /** Sequence numbers of the events that show it. */
  readonly quotes: readonly number[];
}

/**
 * Explains the evidence of one scenario; returns what it cannot explain. It judges only channels and
 * users that the scenario `owns`: others share the target.
 */
export type Model = (
  events: readonly Evidence[],
  owns: (name: string) => boolean,
) => readonly Unexplained[];
