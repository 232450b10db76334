/** `capacity`: runs a scenario at one load after another until the highest that is met is known. */
import { join } from "@std/path";
import type { CapacityReport, Dimension } from "../record/capacity/report.ts";
import type { Trial } from "../record/capacity/trial.ts";
import type { LoadReport } from "../record/load/report.ts";
import { EXIT, type ExitCode } from "../record/exit_code.ts";
import { CannotRun, NoClientConnected } from "../load/engine.ts";
import { type LoadRun, runLoad } from "../load/load.ts";
import { Unreachable } from "../engine/unreachable.ts";
import { CannotStart } from "../../targets/start.ts";
import { withLoad } from "./dimension.ts";
import { kneeOf } from "./knee.ts";
import { type Carried, planNodes, type Wanted } from "./nodes.ts";
import { fitScaling } from "./scaling.ts";
import { nextStep, type Result, type Search } from "./search.ts";
import { type Step, stepsOf } from "../record/capacity/steps.ts";
import { trialOf } from "./trial.ts";

export interface CapacityRun extends
  Pick<
    LoadRun,
    | "root"
    | "scenario"
    | "target"
    | "start"
    | "application"
    | "engine"
    | "out"
    | "signal"
    | "allowGeneratorBound"
  > {
  readonly dimension: Dimension;
  readonly search: Search;
  /** What is planned for. */
  readonly wanted?: Wanted;
  readonly onTrial?: (trial: Trial) => void;
}

export type JudgedCapacity = CapacityReport & { readonly exitCode: ExitCode };

/**
 * Searches. Each run's own report is kept under `runs/`. An interrupt ends it with what was seen, or
 * with nothing where that was nothing. Throws what `runLoad` throws of the first run; later ones say
 * something of their load.
 */
export async function findCapacity(run: CapacityRun): Promise<JudgedCapacity | undefined> {
  const began = performance.now();
  const attempts: Attempt[] = [];
  await emptyFolder(join(run.out, "runs"));
  for (;;) {
    const next = nextStep(attempts.map(({ trial }) => trial), run.search);
    if ("result" in next) return conclude(run, attempts, began, next.result);
    if (run.signal.aborted) return conclude(run, attempts, began);
    const attempt = await tryLoad(run, next.run, attempts.length);
    if (attempt instanceof Error) {
      return conclude(run, attempts, began, undefined, { message: attempt.message });
    }
    // A run that was cut short says nothing of its load.
    if (run.signal.aborted) return conclude(run, attempts, began, undefined, attempt);
    attempts.push(attempt);
    run.onTrial?.(attempt.trial);
  }
}

/** Those of an earlier search would pass for this one's. */
async function emptyFolder(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {}); // there may be none
  await Deno.mkdir(path, { recursive: true });
}

interface Attempt {
  readonly trial: Trial;
  readonly report?: LoadReport;
}

/** One run. Where a target that was there is not any more, the error says so. */
async function tryLoad(
  run: CapacityRun,
  load: number,
  before: number,
): Promise<Attempt | CannotStart | Unreachable> {
  const { root, target, start, engine, signal, dimension, allowGeneratorBound } = run;
  const out = join(run.out, "runs");
  try {
    const scenario = withLoad(run.scenario, dimension, load);
    const report = await runLoad({
      ...{ root, target, start, engine, signal, scenario, out, allowGeneratorBound },
      ...(run.application ? { application: run.application } : {}),
      scale: 1,
      // What it frees afterwards is another question.
      releaseSeconds: 0,
    });
    const name = `${String(before + 1).padStart(2, "0")}-${load}.json`;
    await Deno.writeTextFile(join(out, name), `${JSON.stringify(report, null, 2)}\n`);
    return { report, trial: trialOf(load, report, allowGeneratorBound) };
  } catch (cause) {
    // Of the first it says that nothing can be found out; of a later one, where the end is.
    if (before === 0) throw cause;
    if (cause instanceof CannotStart || cause instanceof Unreachable) return cause;
    if (cause instanceof CannotRun) return { trial: notRun(load, cause) };
    throw cause;
  }
}

/** A load at which nobody came up, or that cannot be made on this machine. */
function notRun(load: number, cause: CannotRun): Trial {
  const nobody = cause instanceof NoClientConnected;
  return {
    load,
    outcome: nobody ? "missed" : "generator",
    reasons: [cause.message],
    connections: { planned: load, standing: 0 },
    events: 0,
    deliveries: 0,
    expected: 0,
    delivered: 0,
    broken: nobody ? [{ what: "connections", text: cause.message }] : [],
  };
}

/** Puts together what the trials show; without a result, of a search that was interrupted. */
function conclude(
  run: CapacityRun,
  attempts: readonly Attempt[],
  began: number,
  result?: Result,
  early: { readonly report?: LoadReport; readonly message?: string } = {},
): JudgedCapacity | undefined {
  const first = attempts[0]?.report ?? early.report;
  if (!first) return undefined;
  const trials = attempts.map(({ trial }) => trial);
  const { scenario, target, dimension, search, wanted } = run;
  const steps = stepsOf(trials);
  // Those of the generator are no figures of the target.
  const own = steps.filter(({ verdict, deliveries }) => verdict !== "generator" && deliveries > 0);
  const knee = kneeOf(
    own.flatMap(({ load, latency }) => latency ? [{ load, latency: latency.p99 }] : []),
  );
  const scaling = fitScaling(own.map(({ load, deliveries }) => ({ load, throughput: deliveries })));
  // What one carries is known only where one load held and another failed.
  const nodes = result?.kind === "found" && wanted
    ? planNodes(carriedBy(run, result, steps), wanted)
    : undefined;
  const beyond = result && "beyond" in result ? result.beyond : undefined;
  return {
    kind: "capacity",
    schemaVersion: 1,
    complete: result !== undefined,
    ...(early.message === undefined ? {} : { ended: early.message }),
    evidence: {
      ...first.evidence,
      durationMs: Math.round(performance.now() - began),
      notes: [
        ...notesOf(attempts, result),
        ...(wanted && result && result.kind !== "found" ? [UNPLANNED] : []),
        ...(run.allowGeneratorBound ? ["runs limited by the generator count as any other"] : []),
      ],
    },
    target: { name: target.name, title: target.title },
    scenario: { name: scenario.name, title: scenario.title, file: scenario.file },
    dimension,
    objectives: scenario.objectives.map(({ text }) => text),
    search,
    trials,
    ...(result ? { result } : {}),
    broken: trials.findLast(({ load, outcome }) => load === beyond?.load && outcome === "missed")
      ?.broken ?? [],
    ...(knee === undefined ? {} : { knee }),
    ...(scaling ? { scaling: { ...scaling, residuals: [...scaling.residuals] } } : {}),
    ...(nodes ? { nodes } : {}),
    exitCode: run.signal.aborted ? EXIT.interrupted : exitOf(result),
  };
}

/** Of the run that the result rests on: what was seen of the machine differs from run to run. */
function notesOf(attempts: readonly Attempt[], result: Result | undefined): readonly string[] {
  const highest = result && "highest" in result ? result.highest?.load : undefined;
  const resting = attempts.findLast(({ trial }) =>
    trial.load === highest && trial.outcome === "met"
  );
  return (resting ?? attempts.at(-1))?.report?.evidence.notes ?? [];
}

function exitOf(result: Result | undefined): ExitCode {
  if (!result) return EXIT.incomplete;
  if (result.kind === "none") return EXIT.objective;
  return result.kind === "generator" && !result.highest ? EXIT.incomplete : EXIT.ok;
}

type Found = Extract<Result, { kind: "found" }>;

const UNPLANNED =
  "no nodes are planned: that takes one load that held and one that failed, and both were not seen";

/** What the target carried at the highest load that was met. */
function carriedBy({ scenario }: CapacityRun, { highest }: Found, steps: readonly Step[]): Carried {
  const step = steps.find(({ load }) => load === highest.load);
  const channels = scenario.publish.map(({ to }) => scenario.channels[to]?.count ?? 1);
  return {
    connections: step?.standing ?? 0,
    events: step?.events ?? 0,
    deliveries: step?.deliveries ?? 0,
    audience: channels.some((count) => count > 1) ? "some" : "all",
  };
}
