/** Scenarios that have been judged, whose sockets are still open: what comes late is judged too. */
import { delay } from "@std/async";
import { type Context, type Ending, explained } from "./attempts.ts";
import type { SecondChance } from "../record/verdict.ts";
import { forgetFrames } from "../record/frames.ts";
import { connectionsOf } from "./connections.ts";

type Ran = Ending & { readonly kind: "ran" };

interface Held {
  readonly ending: Ran;
  /** When its sockets are let go: what comes later may be about their idleness. */
  readonly due: number;
  /** How many events its first judgement read. */
  readonly judgedAt: number;
  readonly secondChances: readonly SecondChance[];
  readonly onRelease: () => void;
}

export interface HeldScenarios {
  /** Holds the sockets of one that was judged; `onRelease` is called when they have been let go. */
  hold(ending: Ran, secondChances: readonly SecondChance[], onRelease: () => void): void;
  /** How many connections are held. */
  readonly connections: number;
  /** Lets go of all sockets, or of those that were due by `now`. */
  letGo(now?: number): void;
  /** Judges again, with all that came, whatever was let go; called when nothing runs any more. */
  judgeAgain(): Promise<void>;
}

/** Lets timers and sockets have their turn. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Holds scenarios for as long as something late is waited for. */
export function holdScenarios(context: Context): HeldScenarios {
  const held: Held[] = [];
  // Judging takes seconds where a scenario was long, and would keep others from what they wait for.
  const released: Held[] = [];
  const letGo = (now = Infinity) => {
    const later = held.findIndex(({ due }) => due > now);
    for (const one of held.splice(0, later < 0 ? held.length : later)) {
      one.ending.attempt.release();
      one.onRelease();
      released.push(one);
    }
  };
  return {
    letGo,
    get connections() {
      return held.reduce((sum, { ending }) => sum + connectionsOf(ending.judged.scenario), 0);
    },
    hold: (ending, secondChances, onRelease) => {
      const { patienceMs, signal } = context;
      const due = performance.now() + patienceMs;
      const judgedAt = ending.attempt.log.events.length;
      forgetFrames(ending.attempt.log.events);
      held.push({ ending, due, judgedAt, secondChances, onRelease });
      delay(patienceMs, { signal, persistent: false }).then(
        () => letGo(performance.now()),
        () => {}, // the run is over, and has let all of them go
      );
    },
    judgeAgain: async () => {
      // One after the other leaves the list, so that its evidence leaves memory.
      for (let one = released.shift(); one; one = released.shift()) {
        const { ending, judgedAt, secondChances } = one;
        if (ending.attempt.log.events.length === judgedAt && !context.grading.model) continue;
        await turn();
        context.onJudged({ judged: explained(ending, context), secondChances });
      }
    },
  };
}
