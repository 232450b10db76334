/** Doing something at every intended instant of a rate, whatever becomes of it: an open model. */
import type { LoadPlan } from "../../record/load/plan.ts";
import { MILLISECOND, type Nanos, now, sleepUntil, wakeAt } from "./clock.ts";
import { turns } from "./timetable.ts";

/**
 * What is due more often than this is sent when a timer wakes, a millisecond or two late, which
 * its latency counts; what is rarer is sent to the microsecond.
 */
const EXACT_PER_SECOND = 50;
/** After so long without a pause, whatever else is ready has its turn: reads before all. */
const SLICE = 5 * MILLISECOND;

export async function pace(
  phases: LoadPlan["phases"],
  starts: readonly Nanos[],
  perSecond: number,
  signal: AbortSignal,
  act: (turn: number, phase: number, intended: Nanos) => void,
): Promise<void> {
  let slice = now();
  for (const { turn, phase, after } of turns(phases, perSecond)) {
    const intended = (starts[phase] ?? 0) + after;
    const at = now();
    if (intended > at || at - slice > SLICE) {
      const exact = perSecond * (phases[phase]?.rate ?? 1) <= EXACT_PER_SECOND;
      const came = await (exact ? wakeAt(intended, signal) : sleepUntil(intended, signal));
      slice = now();
      if (!came) return;
    }
    act(turn, phase, intended);
  }
}
