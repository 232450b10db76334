/**
 * Which scenarios execute which mutants. Every scenario runs on the unmutated copy with nothing
 * beside it, on one of several servers; what it executes is written down, and what it finds wrong.
 */
import { run as runScenarios } from "../engine/run.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Ended } from "../engine/evidence_cut.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { collectHits } from "./hits.ts";
import { digest } from "./mutant.ts";
import { fromCopy, gradingOf, openSubject, PATIENCE_MS, type Subject } from "./subject.ts";
import { verdictsOf } from "../engine/verdicts.ts";

export interface Coverage {
  /** Mutants that are executed when the server starts, for every scenario. */
  readonly atStart: readonly string[];
  /** Mutants that are executed when the application starts, for every scenario that needs it. */
  readonly withApplication: readonly string[];
  /** Mutants by the id of the scenario that executes them. */
  readonly of: Readonly<Record<string, Covered>>;
}

export interface Covered {
  /** Of the scenario; the entry is void where it changed. */
  readonly hash: string;
  readonly mutants: readonly string[];
  readonly durationMs: number;
  /** A requirement that fails without any mutant: such a scenario shows nothing. */
  readonly fails?: string;
}

export interface CoverageOptions {
  readonly subject: Subject;
  readonly copy: string;
  readonly scenarios: readonly Scenario[];
  /** What is known already. */
  readonly before: Coverage | undefined;
  /** Servers side by side. */
  readonly lanes: number;
  readonly signal: AbortSignal;
  readonly onDone: (scenario: Scenario, covered: Covered) => void;
}

/** Runs the scenarios of which nothing is known yet. Throws `CannotStart`. */
export async function coverageOf(options: CoverageOptions): Promise<Coverage> {
  const { scenarios, before, lanes } = options;
  const hashes = new Map(
    await Promise.all(
      scenarios.map(async (scenario) => [scenario.id, await hashOf(scenario)] as const),
    ),
  );
  const of: Record<string, Covered> = {};
  const left: Scenario[] = [];
  for (const scenario of scenarios) {
    const known = before?.of[scenario.id];
    if (known && known.hash === hashes.get(scenario.id)) of[scenario.id] = known;
    else left.push(scenario);
  }
  // Those that wait for clocks first, so that none of them is left to run alone at the end.
  left.sort((a, b) => Number(b.slow) - Number(a.slow));
  const atStart = new Set<string>(before?.atStart);
  const withApplication = new Set<string>(before?.withApplication);
  const numbers = { next: 0 };
  await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, async () => {
    const found = await runLane(left, numbers, hashes, options);
    for (const id of found.atStart) atStart.add(id);
    for (const id of found.withApplication) withApplication.add(id);
    Object.assign(of, found.of);
  }));
  return { atStart: [...atStart], withApplication: [...withApplication], of };
}

async function runLane(
  left: Scenario[],
  numbers: { next: number },
  hashes: ReadonlyMap<string, string>,
  { subject, copy, signal, onDone }: CoverageOptions,
): Promise<Coverage> {
  const hits = await collectHits();
  const own = fromCopy(subject, copy, hits.environment, [hits.folder]);
  const of: Record<string, Covered> = {};
  const { fixture, end } = await openSubject(own);
  try {
    const atStart = await hits.take();
    await fixture.open.application?.open();
    const withApplication = await hits.take();
    const grading = gradingOf(own, fixture.open)();
    for (let next = left.shift(); next !== undefined && !signal.aborted; next = left.shift()) {
      const scenario = next;
      const began = performance.now();
      let ended: Ended | undefined;
      await runScenarios([scenario], {
        fixture,
        recorder: openRecorder(() => {}),
        grading,
        run: (numbers.next++).toString(36).padStart(4, "0"),
        depth: "quick",
        seed: 1,
        patienceMs: PATIENCE_MS,
        isWatched: false,
        signal,
        onJudged: (one) => ended = one,
      });
      const mutants = (await hits.take()).toSorted((a, b) => Number(a) - Number(b));
      const durationMs = Math.round(performance.now() - began);
      const fails = ended && failing([ended], grading);
      const hash = hashes.get(scenario.id) ?? "";
      if (!ended || signal.aborted) continue;
      const covered = { hash, mutants, durationMs, ...(fails ? { fails } : {}) };
      of[scenario.id] = covered;
      onDone(scenario, covered);
    }
    return { atStart, withApplication, of };
  } finally {
    await end();
    await hits.close();
  }
}

function failing(
  ended: readonly Ended[],
  grading: Parameters<typeof verdictsOf>[1],
): string | undefined {
  return verdictsOf(ended, grading).flatMap(({ checks }) => checks)
    .find(({ verdict }) => verdict === "fail" || verdict === "flaky")?.requirement;
}

/** Of all that a scenario does, wherever its file has it. */
function hashOf(scenario: Scenario): Promise<string> {
  return digest(JSON.stringify(
    scenario,
    (key, value) => key === "line" || key === "file" || key === "title" ? undefined : value,
  ));
}
