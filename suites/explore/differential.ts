/**
 * The same histories on several targets. What they answer differently is seen again on fresh
 * connections before it counts: a difference that only timing makes is none.
 */
import fc from "fast-check";
import type { Finding } from "../model/finding.ts";
import { type Difference, differencesOf, keyOf } from "./differences.ts";
import { histories, type History, seedOf } from "./history.ts";
import { type Observation, observationsOf } from "./observations.ts";
import { type ExploredApps, scenarioText } from "./scenario_text.ts";
import { type Laboratory, type Trial, tryScenario } from "./trial.ts";

export interface DifferentialOptions {
  /** One for each target; all of one run, so that names are the same everywhere. */
  readonly laboratories: readonly Laboratory[];
  readonly apps: ExploredApps;
  readonly seed: number;
  readonly forMs: number;
  readonly signal: AbortSignal;
  /** Look for a smaller history of each new difference. */
  readonly shrinks: boolean;
  readonly isKnown: (difference: Difference) => boolean;
  readonly onHistory: (steps: number) => void;
  readonly onDifference: (found: FoundDifference) => void;
}

export interface FoundDifference {
  readonly difference: Difference;
  /** Whether it was seen each time again. */
  readonly isStable: boolean;
  /** The requirement that the model says one of the targets breaks by it. */
  readonly requirement: string | undefined;
  /** A scenario that shows it. */
  readonly text: string;
}

/** Histories run side by side. */
const SIDE_BY_SIDE = 8;
const SHRINK_MS = 20_000;
const AGAIN = 3;
/** Time for what is still on its way. */
const CALM = { calmMs: 60, webhooksMs: 0 };
const PATIENT = { calmMs: 400, webhooksMs: 0 };

/** Compares until the time is over or the signal aborts. */
export async function differential(options: DifferentialOptions): Promise<void> {
  const { seed, forMs, signal, isKnown } = options;
  const began = performance.now();
  const isOver = () => signal.aborted || performance.now() - began > forMs;
  const claimed = new Set<string>();
  let number = 0;
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    while (!isOver()) {
      const own = seedOf(seed, number++);
      const [history] = fc.sample(settledHistories, { seed: own, numRuns: 1 });
      if (!history) return;
      const compared = await compare(history, options, CALM);
      options.onHistory(compared.trials[0]?.steps ?? 0);
      for (const difference of compared.differences) {
        const key = keyOf(difference);
        if (claimed.has(key)) continue;
        if (isKnown(difference)) {
          claimed.add(key);
          options.onDifference({ ...describe(difference, compared, history, options) });
          continue;
        }
        claimed.add(key);
        options.onDifference(await confirm(key, difference, history, own, options));
      }
    }
  }));
}

const settledHistories = histories(1).map((history): History => ({ ...history, isPaced: true }));

interface Compared {
  readonly differences: readonly Difference[];
  readonly trials: readonly Trial[];
}

/** Runs a history on every target at once. */
async function compare(
  history: History,
  { laboratories, apps }: DifferentialOptions,
  patience: typeof CALM,
): Promise<Compared> {
  const text = textOf(history, apps);
  const trials = await Promise.all(
    laboratories.map((laboratory) => tryScenario(text, laboratory, patience)),
  );
  if (trials.some(({ isCut }) => isCut)) return { differences: [], trials };
  const all = trials.map(({ events, suffix }) => observationsOf(events, suffix));
  // What one of them did not come to do is no difference.
  const turns = trials.flatMap(({ broke }, at) =>
    broke === undefined ? [] : [all[at]?.at(-1)?.turn ?? 0]
  );
  const last = Math.min(...turns, Infinity);
  return { differences: differencesOf(all.map((one) => upTo(one, last))), trials };
}

const upTo = (all: readonly Observation[], last: number) => all.filter(({ turn }) => turn <= last);

const textOf = (history: History, apps: ExploredApps): string =>
  scenarioText(history, apps, "explore/history/one", "Generated", { isSettled: true });

async function confirm(
  key: string,
  difference: Difference,
  history: History,
  seed: number,
  options: DifferentialOptions,
): Promise<FoundDifference> {
  let smallest = history;
  const until = performance.now() + SHRINK_MS;
  const hasIt = ({ differences }: Compared) => differences.some((one) => keyOf(one) === key);
  if (options.shrinks) {
    await fc.check(
      fc.asyncProperty(settledHistories, async (one) => {
        if (performance.now() > until) return true;
        if (!hasIt(await compare(one, options, CALM))) return true;
        smallest = one;
        return false;
      }),
      { seed, numRuns: 1 },
    );
  }
  let last: Compared | undefined;
  let seen = 0;
  for (let n = 0; n < AGAIN; n++) {
    const compared = await compare(smallest, options, PATIENT);
    if (!hasIt(compared)) break;
    last = compared;
    seen++;
  }
  const again = last?.differences.find((one) => keyOf(one) === key) ?? difference;
  return {
    ...describe(again, last ?? { differences: [], trials: [] }, smallest, options),
    isStable: seen === AGAIN,
  };
}

function describe(
  difference: Difference,
  { trials }: Compared,
  history: History,
  { apps }: DifferentialOptions,
): FoundDifference {
  return {
    difference,
    isStable: true,
    requirement: trials.map(({ findings }, at) => requirementOf(findings, difference.shown[at]))
      .find((id) => id !== undefined),
    text: textOf(history, apps),
  };
}

/** What the model says of one of the shown observations. */
function requirementOf(
  findings: readonly Finding[],
  shown: readonly Observation[] | undefined,
): string | undefined {
  const seqs = new Set(shown?.map(({ event }) => event.seq));
  return findings.find(({ quotes }) => quotes.some((seq) => seqs.has(seq)))?.requirement;
}
