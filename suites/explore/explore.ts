/**
 * Exploring: random histories, many at once, until the time is over. Whatever the model cannot
 * explain is shrunk to the fewest steps and tried again on fresh connections before it accuses.
 */
import fc from "fast-check";
import type { Finding } from "../model/finding.ts";
import { histories, type History, seedOf } from "./history.ts";
import { type ExploredApps, scenarioText } from "./scenario_text.ts";
import { type Laboratory, type Trial, type TrialOptions, tryScenario } from "./trial.ts";

export interface ExploreOptions {
  readonly laboratory: Laboratory;
  /** Apps to explore; the histories are spread over them. */
  readonly apps: readonly (ExploredApps & { readonly sendsWebhooks: boolean })[];
  readonly seed: number;
  readonly forMs: number;
  readonly signal: AbortSignal;
  /** Histories run at one time; they mostly wait. */
  readonly sideBySide?: number;
  /** Time to shrink one failure; 10 s without it. */
  readonly shrinkMs?: number;
  /** Findings that are not looked into. */
  readonly isKnown?: (finding: Finding) => boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface Progress {
  readonly histories: number;
  readonly steps: number;
  readonly failures: number;
  /** Histories that nothing is made of, because the target sent more than is taken in. */
  readonly cut: number;
}

export interface Failure {
  readonly finding: Finding;
  /** A scenario file of the fewest steps that show it. */
  readonly text: string;
  readonly steps: number;
  readonly trial: Trial;
  /** How often it was seen again, of how many more trials of the same scenario. */
  readonly again: number;
  readonly of: number;
}

/** Seen in most of its trials: what a busy machine shows once accuses nobody. */
export const isConfirmed = ({ again, of }: Pick<Failure, "again" | "of">): boolean =>
  2 * again > of;

/** Histories run side by side: they mostly wait. */
const SIDE_BY_SIDE = 24;
/** Histories that share one seed. */
const LOT = 8;
/** Time to shrink one failure. */
const SHRINK_MS = 10_000;
const CONFIRMATIONS = 3;
/** So many histories that were cut end an exploration: what else it would say is known. */
export const MOST_CUT = 100;

/** First the server gets a moment only; whoever is accused gets much more. */
const BRIEF = { calmMs: 20, webhooksMs: 1500 };
const PATIENT = { calmMs: 1500, webhooksMs: 3500 };

/** Explores until the time is over, the signal aborts or the target floods; every failure is told once. */
export async function explore(options: ExploreOptions): Promise<Progress> {
  const { seed, forMs, signal } = options;
  const began = performance.now();
  const progress = { histories: 0, steps: 0, failures: 0, cut: 0 };
  const exploration: Exploration = {
    claimed: new Set(),
    progress,
    turns: takeTurns(),
    isOver: () => signal.aborted || performance.now() - began > forMs || progress.cut >= MOST_CUT,
  };
  let lot = 0;
  await Promise.all(Array.from({ length: options.sideBySide ?? SIDE_BY_SIDE }, async () => {
    while (!exploration.isOver()) {
      const found = await exploreLot(seedOf(seed, lot++), options, exploration);
      if (!found) continue;
      const failure = await confirm(found, options);
      if (isConfirmed(failure)) progress.failures++;
      options.onFailure(failure);
    }
  }));
  return progress;
}

interface Found {
  readonly finding: Finding;
  readonly history: History;
  readonly trial: Trial;
}

export const keyOf = ({ requirement, observation }: Finding): string =>
  `${requirement} ${observation}`;

/** A few histories of one seed; the first finding that nobody has claimed yet, shrunk. */
async function exploreLot(
  seed: number,
  options: ExploreOptions,
  { claimed, progress, turns, isOver }: Exploration,
): Promise<Found | undefined> {
  let wanted: string | undefined;
  let best: Found | undefined;
  let shrinkUntil = Infinity;
  let end: (() => void) | undefined;
  const property = fc.asyncProperty(histories(options.apps.length), async (history) => {
    if (wanted === undefined) await turns.idle();
    // With the time over, nothing smaller is looked for.
    if (performance.now() > shrinkUntil || (wanted === undefined && isOver())) return true;
    const trial = await tryHistory(history, options, BRIEF);
    progress.histories++;
    progress.steps += trial.steps;
    if (trial.isCut) progress.cut++;
    options.onProgress({ ...progress });
    const finding = trial.findings.find((finding) =>
      wanted === undefined
        ? !claimed.has(keyOf(finding)) && !options.isKnown?.(finding)
        : keyOf(finding) === wanted
    );
    if (!finding) return true;
    if (wanted === undefined) {
      // Most of what a busy machine brings about is gone when it is looked at again with patience.
      const again = await tryHistory(history, options, PATIENT);
      if (!again.findings.some((other) => keyOf(other) === keyOf(finding))) return true;
      if (claimed.has(keyOf(finding))) return true;
      wanted = keyOf(finding);
      claimed.add(wanted);
      end = await turns.take();
      shrinkUntil = performance.now() + (options.shrinkMs ?? SHRINK_MS);
    }
    best = { finding, history, trial };
    return false;
  });
  await fc.check(property, { seed, numRuns: LOT });
  end?.();
  return best;
}

/** Who shrinks has the server to himself: alone a trial takes a fraction of the time. */
interface Turns {
  /** Resolves when nobody shrinks. */
  idle(): Promise<void>;
  /** Resolves with what ends the turn. */
  take(): Promise<() => void>;
}

function takeTurns(): Turns {
  let last = Promise.resolve();
  return {
    idle: async () => {
      for (let seen; seen !== last;) await (seen = last);
    },
    take: async () => {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      return resolve;
    },
  };
}

/** What the lots of one run share. */
interface Exploration {
  /** Findings that somebody shrinks or has shrunk. */
  readonly claimed: Set<string>;
  readonly progress: { -readonly [K in keyof Progress]: number };
  readonly turns: Turns;
  readonly isOver: () => boolean;
}

function tryHistory(
  history: History,
  { apps, laboratory }: ExploreOptions,
  { calmMs, webhooksMs }: TrialOptions,
): Promise<Trial> {
  const app = apps[history.app] ?? apps[0];
  if (!app) throw new Error("there is no app to explore");
  return tryScenario(textOf(history, app), laboratory, {
    calmMs,
    webhooksMs: app.sendsWebhooks ? webhooksMs : 0,
  });
}

const textOf = (
  history: History,
  app: ExploredApps,
  id = "explore/history/one",
  title = "Generated",
) => scenarioText(history, app, id, title);

/** Tries the smallest history again, with more patience. */
async function confirm(
  { finding, history, trial }: Found,
  options: ExploreOptions,
): Promise<Failure> {
  const trials = await Promise.all(
    Array.from({ length: CONFIRMATIONS }, () => tryHistory(history, options, PATIENT)),
  );
  const key = keyOf(finding);
  const seen = trials.filter(({ findings }) => findings.some((other) => keyOf(other) === key));
  const app = options.apps[history.app] ?? options.apps[0];
  const id = `explore/found/${finding.requirement.toLowerCase()}`;
  return {
    finding: seen[0]?.findings.find((other) => keyOf(other) === key) ?? finding,
    text: app ? textOf(history, app, id, finding.observation) : "",
    steps: (seen[0] ?? trial).steps,
    trial: seen[0] ?? trial,
    again: seen.length,
    of: trials.length,
  };
}
