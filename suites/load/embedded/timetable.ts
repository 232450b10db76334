/** When what is due: the phases of a run, and the turns of a pace within them. */
import type { LoadPlan } from "../../record/load/plan.ts";
import { type Nanos, SECOND } from "./clock.ts";

type Phase = LoadPlan["phases"][number];

/** Says which phase an instant belongs to: 0 is the ramp, the plan's follow. */
export class Timetable {
  /** The beginnings of the plan's phases; empty until they are known. */
  #starts: readonly Nanos[] = [];

  /** Sets the phases from an instant on; returns their beginnings, and behind them the end. */
  begin(at: Nanos, phases: readonly Phase[]): { readonly starts: readonly Nanos[]; end: Nanos } {
    const starts: Nanos[] = [];
    for (const { seconds } of phases) {
      starts.push(at);
      at += Math.floor(seconds * SECOND);
    }
    this.#starts = starts;
    return { starts, end: at };
  }

  /** What is after the last phase belongs to it. */
  at(instant: Nanos): number {
    let phase = 0;
    while (phase < this.#starts.length && (this.#starts[phase] ?? Infinity) <= instant) phase++;
    return phase;
  }
}

export interface Turn {
  /** Through all phases, from 0. */
  readonly turn: number;
  /** Of the plan's, from 0. */
  readonly phase: number;
  /** When it is due, after the phase's beginning. */
  readonly after: Nanos;
}

/** Each turn of a pace, which each phase multiplies by its own rate. */
export function* turns(phases: readonly Phase[], perSecond: number): Generator<Turn> {
  let turn = 0;
  for (const [phase, { rate, seconds }] of phases.entries()) {
    const pace = perSecond * rate, length = Math.floor(seconds * SECOND);
    for (let n = 0; pace > 0; n++) {
      const after = Math.round(n / pace * SECOND);
      if (after >= length) break;
      yield { turn: turn++, phase, after };
    }
  }
}
