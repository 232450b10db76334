/** One mutant tried: started, probed, and asked by the scenarios that execute it until one notices. */
import { run as runScenarios } from "../engine/run.ts";
import { probe } from "../engine/probe.ts";
import type { Ended } from "../engine/evidence_cut.ts";
import type { Fixture } from "../engine/fixture.ts";
import type { Grading } from "../engine/grade.ts";
import type { Scenario } from "../engine/scenario.ts";
import { Unreachable, WrongSetting } from "../engine/unreachable.ts";
import { verdictsOf } from "../engine/verdicts.ts";
import { openRecorder } from "../record/evidence_log.ts";
import type { Verdict } from "../record/verdict.ts";
import { CannotStart } from "../../targets/start.ts";
import { gradingOf, openSubject, PATIENCE_MS, type Subject } from "./subject.ts";
import type { Came } from "./table.ts";

/** A must that failed. */
interface Failure {
  readonly requirement: string;
  readonly scenario: string;
  readonly message: string;
}

/** Requirements that tell of a death and of nothing else. */
const CRASH = new Set(["P-032", "P-318"]);
/** Longer than the whole check takes beside other mutants. */
const TRIAL_MS = 600_000;
/** How long something better than a crash is looked for. */
const CRASH_MS = 20_000;

let runs = 0;

/** Runs the batches one after the other; what fails first, or that nothing does. */
export async function tryMutant(
  subject: Subject,
  batches: readonly (readonly Scenario[])[],
  signal: AbortSignal,
): Promise<Came> {
  let opened: Awaited<ReturnType<typeof openSubject>>;
  try {
    opened = await openSubject(subject);
  } catch (error) {
    return invalid(error);
  }
  try {
    const { fixture } = opened;
    const log = openRecorder(() => {}).log("probe");
    const run = nextRun();
    const probed = await probe(fixture.open, { log, run });
    if (await fixture.whyDown() !== undefined) {
      return { status: "invalid", message: "it died in the probe" };
    }
    const grading = gradingOf(subject, fixture.open)(probed);
    return await ask(batches, { ...opened, grading, signal });
  } catch (error) {
    return invalid(error);
  } finally {
    await opened.end();
  }
}

function invalid(error: unknown): Came {
  const isTheirs = error instanceof CannotStart || error instanceof Unreachable ||
    error instanceof WrongSetting;
  if (!isTheirs) throw error;
  return { status: "invalid", message: error.message };
}

async function ask(
  batches: readonly (readonly Scenario[])[],
  { fixture, grading, signal, end }: Awaited<ReturnType<typeof openSubject>> & {
    readonly grading: Grading;
    readonly signal: AbortSignal;
  },
): Promise<Came> {
  const over = AbortSignal.timeout(TRIAL_MS);
  const ended = new Map<string, Ended>();
  let crash: (Failure & { readonly at: number }) | undefined;
  const crashed = (failure: Failure) => crash ??= { ...failure, at: performance.now() };
  const isOver = () =>
    over.aborted || crash !== undefined && performance.now() - crash.at > CRASH_MS;
  const found = Promise.withResolvers<Failure>();
  const stop = new AbortController();
  const judge = (one: Ended) => {
    ended.set(one.judged.scenario.id, one);
    // Alone first, which is cheap; together, because another's finding may explain it.
    if (failuresOf([one], grading).length > 0) {
      const failures = failuresOf([...ended.values()], grading);
      const telling = failures.find(({ requirement }) => !CRASH.has(requirement));
      if (telling) found.resolve(telling);
      else if (failures[0]) crashed(failures[0]);
    }
    if (isOver()) stop.abort();
  };
  /** A program that a scenario needs did not come up: the application, or a server of its own. */
  let notStarted: string | undefined;
  /** What could not be asked for a reason outside, such as a machine that stood still, is asked again, alone. */
  const unasked = () =>
    batches.flat().filter(({ id }) => ended.get(id)?.outside !== undefined).map((one) => [one]);
  const all = (async () => {
    for (const batch of chained(batches, unasked)) {
      if (signal.aborted || isOver()) return;
      const { deaths, incomplete } = await runScenarios(batch, {
        ...optionsOf(fixture, grading),
        signal: AbortSignal.any([signal, over, stop.signal]),
        onJudged: judge,
      });
      const [death] = deaths;
      if (death) {
        const scenario = death.running[0] ?? "run/server-stays-up";
        crashed({ requirement: "P-318", scenario, message: death.how });
      }
      if (incomplete !== undefined) {
        if (!stop.signal.aborted) notStarted = incomplete;
        return;
      }
    }
  })();
  const first = await Promise.race([found.promise, all, aborted(over)]);
  stop.abort();
  await end();
  all.catch(() => {}); // what is left waits for servers that are gone, and says nothing new
  if (first) return { status: "noticed", ...first };
  if (crash) {
    const { at: _, ...failure } = crash;
    return { status: "crash", ...failure };
  }
  if (over.aborted) return { status: "crash", message: `not over after ${TRIAL_MS / 1000} s` };
  if (notStarted !== undefined) return { status: "invalid", message: notStarted };
  // A check is refused then, and accuses nobody: somebody has to look at the file first.
  const unfit = verdictsOf([...ended.values()], grading).flatMap(({ checks }) => checks)
    .find(({ blockedBy }) => blockedBy?.kind === "outside" && blockedBy.reason === "file-mismatch");
  if (unfit) return { status: "invalid", message: unfit.message };
  const [warning] = checksOf([...ended.values()], grading, SHOULD);
  return { status: "survived", ...warning };
}

/** The batches, and after them those that it takes then. */
function* chained<T>(batches: readonly T[], after: () => readonly T[]): Generator<T> {
  yield* batches;
  yield* after();
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

/** Of one width, and of this run alone: no name is used twice. */
const nextRun = () => (runs++).toString(36).padStart(4, "0");

/** How scenarios run here: quickly, without a record, under names that are used once. */
const optionsOf = (fixture: Fixture, grading: Grading) => ({
  fixture,
  recorder: openRecorder(() => {}),
  grading,
  run: nextRun(),
  depth: "quick" as const,
  seed: 1,
  patienceMs: PATIENCE_MS,
});

/** What a must that failed comes to, and what a should. */
const MUST: ReadonlySet<Verdict> = new Set<Verdict>(["fail", "flaky"]);
const SHOULD: ReadonlySet<Verdict> = new Set<Verdict>(["warn"]);

const failuresOf = (ended: readonly Ended[], grading: Grading) => checksOf(ended, grading, MUST);

function checksOf(
  ended: readonly Ended[],
  grading: Grading,
  verdicts: ReadonlySet<Verdict>,
): Failure[] {
  return verdictsOf(ended, grading).flatMap(({ id, checks }) =>
    checks.filter(({ verdict }) => verdicts.has(verdict))
      .map(({ requirement, message }) => ({ requirement, scenario: id, message }))
  );
}

/** The scenarios that fail on a subject that nothing is wrong with. Throws `CannotStart` when it starts neither time. */
export async function failuresWithout(
  ...asked: Parameters<typeof failuresOnce>
): Promise<string[]> {
  try {
    return await failuresOnce(...asked);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    return await failuresOnce(...asked);
  }
}

async function failuresOnce(
  subject: Subject,
  scenarios: readonly Scenario[],
  signal: AbortSignal,
): Promise<string[]> {
  const { fixture, end } = await openSubject(subject);
  const ended = new Map<string, Ended>();
  try {
    const grading = gradingOf(subject, fixture.open)();
    await runScenarios(scenarios, {
      ...optionsOf(fixture, grading),
      signal,
      onJudged: (one) => ended.set(one.judged.scenario.id, one),
    });
    return [
      ...new Set(failuresOf([...ended.values()], grading).map(({ scenario }) => scenario)),
    ];
  } finally {
    await end();
  }
}
