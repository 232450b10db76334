/** Scenarios that have been judged, whose sockets are still open: what comes late is judged too. */
import { delay } from "@std/async";
import { type Ending, explained } from "./attempts.ts";
import type { Context } from "./context.ts";
import type { Evidence } from "../record/evidence.ts";
import { asEnded } from "./evidence_cut.ts";
import type { SecondChance } from "../record/verdict.ts";
import { forgetFrames } from "../record/frames.ts";
import { connectionsOf } from "./connections.ts";

type Ran = Ending & { readonly kind: "ran" };

interface Held {
  readonly ending: Ran;
  /** When its sockets are let go: what comes later may be about their idleness. */
  readonly due: number;
  /** Settles when the model had its say, or is known to have it at the end. */
  readonly first: Promise<void>;
  /** The model has judged what had come when it was over. */
  isExplained: boolean;
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

/** The model judges so many events within milliseconds; longer scenarios wait for the end. */
const JUDGED_AT_ONCE = 500;

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
  const explainOnce = (one: Held) => {
    const { ending, secondChances } = one;
    const { log } = ending.attempt;
    if (log.events.length <= JUDGED_AT_ONCE && !context.signal.aborted) {
      context.onJudged(asEnded(explained(ending, context), log.events, secondChances));
      one.isExplained = true;
    }
    forgetFrames(log.events);
    log.fold();
  };
  return {
    letGo,
    get connections() {
      return held.reduce((sum, { ending }) => sum + connectionsOf(ending.judged.scenario), 0);
    },
    hold: (ending, secondChances, onRelease) => {
      const { patienceMs, signal } = context;
      const due = performance.now() + patienceMs;
      const one: Held = {
        ending,
        due,
        isExplained: false,
        first: turn().then(() => explainOnce(one)),
        secondChances,
        onRelease,
      };
      held.push(one);
      delay(patienceMs, { signal, persistent: false }).then(
        () => letGo(performance.now()),
        () => {}, // the run is over, and has let all of them go
      );
    },
    judgeAgain: async () => {
      // One after the other leaves the list, so that its evidence leaves memory.
      for (let one = released.shift(); one; one = released.shift()) {
        await one.first;
        const { ending, secondChances } = one;
        const { log } = ending.attempt;
        if (one.isExplained && !log.events.some(isNews)) continue;
        await turn();
        log.unfold();
        context.onJudged(asEnded(explained(ending, context), log.events, secondChances));
      }
    },
  };
}

/** What may change a verdict; that this end lets go of its connections does not. */
function isNews(event: Evidence): boolean {
  return event.kind !== "closing" && !(event.kind === "closed" && event.by === "plumbline");
}
