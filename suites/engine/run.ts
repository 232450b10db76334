/**
 * Running a plan: lane by lane, parallel stories first and hostile ones last, with every verdict
 * told as soon as it is known and every late frame held against it at the end.
 */
import { pooledMap } from "@std/async";
import { LANES, type Scenario } from "../language/scenario.ts";
import { CannotStart } from "../../targets/start.ts";
import { type OpenTarget, Unreachable } from "../../targets/open.ts";
import type { Journal, Recorder } from "./journal.ts";
import { type Grading, judge } from "./judge.ts";
import { skippedResult } from "./plan.ts";
import { type Pulse, takePulse } from "./pulse.ts";
import type { Stage } from "./stage.ts";
import { createStory, type Story } from "./story.ts";
import { tell } from "./tell.ts";
import type { CaseResult } from "./verdict.ts";

export interface RunOptions {
  readonly stage: Stage;
  readonly recorder: Recorder;
  readonly grading: Grading;
  readonly run: string;
  readonly depth: "quick" | "full";
  /** Of everything random in a story. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of every verdict, and again when a late frame changed it. */
  readonly onResult: (scenario: Scenario, result: CaseResult) => void;
}

/** Why a run ended before its end; the target is to blame, or the user. */
export interface Ended {
  readonly reason: string;
  readonly notRun: readonly Scenario[];
}

/** Stories told side by side; they mostly wait, so more than the machine has cores. */
const SIDE_BY_SIDE = 64;

/** Sockets kept open after their story, at most; the oldest stories make room. */
const KEPT_SOCKETS = 4000;

/** How often a story is told before its failure is put down to this machine. */
const ATTEMPTS = 4;

/** A story about time bears little; any other bears what is well below its deadlines. */
const LONGEST_STALL_MS = { slow: 100, other: 1000 };

interface Told {
  readonly scenario: Scenario;
  readonly story: Story;
  readonly judgedAt: number;
  readonly result: CaseResult;
}

/** A story's end: its result, or the news that the server died under it. */
type Ending =
  | { readonly kind: "told"; readonly story: Story; readonly result: CaseResult }
  | { readonly kind: "died"; readonly journal: Journal };

/** Tells every scenario and returns why it could not be finished, if it could not. */
export async function run(
  scenarios: readonly Scenario[],
  options: RunOptions,
): Promise<Ended | undefined> {
  const { signal, onResult } = options;
  const told: Told[] = [];
  const waiting = new Set(scenarios);
  const context = {
    ...options,
    told,
    tellings: { next: 0 },
    pulse: takePulse(),
  };

  try {
    for (const lane of LANES) {
      if (lane === "hostile") dismiss(told, options);
      const all = scenarios.filter((scenario) => scenario.lane === lane);
      const suspects = lane === "parallel" ? await sideBySide(all, context, waiting) : all;
      for (const scenario of suspects) {
        if (signal.aborted) break;
        const result = await alone(scenario, context);
        waiting.delete(scenario);
        onResult(scenario, result);
      }
    }
  } catch (error) {
    if (!(error instanceof TargetLost)) throw error;
    return { reason: error.message, notRun: [...waiting] };
  } finally {
    dismiss(told, options);
    context.pulse.stop();
  }
  return signal.aborted ? { reason: "interrupted", notRun: [...waiting] } : undefined;
}

class TargetLost extends Error {}

type Context = RunOptions & {
  readonly told: Told[];
  readonly tellings: { next: number };
  readonly pulse: Pulse;
};

/**
 * Tells many stories at once. Returns those that must be told again, alone: the ones in flight
 * when the server died, and the ones about time that failed while so much else was going on.
 */
async function sideBySide(
  scenarios: readonly Scenario[],
  context: Context,
  waiting: Set<Scenario>,
): Promise<Scenario[]> {
  const slowFirst = [...scenarios.filter((s) => s.slow), ...scenarios.filter((s) => !s.slow)];
  const suspects: Scenario[] = [];
  const { told } = context;
  let reviving: Promise<void> | undefined;
  const tellBeside = async (scenario: Scenario) => {
    await reviving;
    const began = performance.now();
    const ending = await tellOnce(scenario, context);
    if (ending.kind === "died") {
      suspects.push(scenario);
      // The first to notice revives the server for all.
      if (!reviving) reviving = revive(scenario, context).finally(() => reviving = undefined);
      await reviving;
      return;
    }
    const { story, result } = ending;
    if (isAccusation(result) && (scenario.slow || isDisturbed(scenario, began, context))) {
      story.journal.add({ kind: "note", text: "told again, with nothing beside it" });
      story.release();
      suspects.push(scenario);
      return;
    }
    told.push({ scenario, story, judgedAt: story.journal.events.length, result });
    makeRoom(told, context.stage.target.maxConnections);
    waiting.delete(scenario);
    context.onResult(scenario, result);
  };
  // A pool in which an item throws hides the reason; those in flight are waited for, no more begin.
  const errors: unknown[] = [];
  const endings = pooledMap(SIDE_BY_SIDE, slowFirst, async (scenario) => {
    if (context.signal.aborted || errors.length > 0) return;
    await tellBeside(scenario).catch((error) => errors.push(error));
  });
  for await (const _ of endings) continue;
  if (errors.length > 0) throw errors[0];
  return suspects;
}

/**
 * Tells one story with nothing beside it. A death counts only when a fresh server dies of it too,
 * and a failure only when this machine kept up meanwhile.
 */
async function alone(scenario: Scenario, context: Context): Promise<CaseResult> {
  let deaths = 0;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const began = performance.now();
    const ending = await tellOnce(scenario, context);
    if (ending.kind === "died") {
      await revive(scenario, context);
      if (++deaths === 2) return killed(scenario, ending.journal, context);
      ending.journal.add({ kind: "note", text: "the server went down; told again on a fresh one" });
      continue;
    }
    ending.story.release();
    if (!isAccusation(ending.result) || !isDisturbed(scenario, began, context)) {
      return ending.result;
    }
    ending.story.journal.add({ kind: "note", text: "this machine stood still; told again" });
  }
  const reason = "could not be judged: this machine stood still whenever the story was told";
  return skippedResult(scenario, reason, context.grading.requirement);
}

const isAccusation = ({ verdict }: CaseResult) => verdict === "fail" || verdict === "warn";

/** Whether this process stood still for so long since `began` that a failure proves nothing. */
function isDisturbed(scenario: Scenario, began: number, { pulse }: Context): boolean {
  return pulse.longestStall(began) >
    (scenario.slow ? LONGEST_STALL_MS.slow : LONGEST_STALL_MS.other);
}

/** Brings the server up again if it is down. Throws `TargetLost` when it cannot. */
async function revive(at: Scenario, { stage }: Context): Promise<void> {
  if (!(await stage.isDown())) return;
  if (!stage.managed) {
    throw new TargetLost(
      `the target went down at ${at.id}, and without --start Plumbline cannot bring it up again`,
    );
  }
  try {
    await stage.restart();
  } catch (error) {
    if (error instanceof CannotStart || error instanceof Unreachable) {
      throw new TargetLost(`the target went down and did not come up again: ${error.message}`);
    }
    throw error;
  }
}

async function tellOnce(scenario: Scenario, context: Context): Promise<Ending> {
  const { stage, recorder, grading, run, depth, seed } = context;
  const journal = recorder.journal(scenario.id);
  const target: OpenTarget = scenario.ownServer ? await stage.another() : stage.open;
  const story = createStory({
    scenario,
    target,
    journal,
    run,
    // Names of its own each time: what an earlier telling left behind must not meet this one.
    index: context.tellings.next++,
    depth,
    seed,
  });
  target.webhooks?.listen(story.names.suffix, journal);
  await tell(story);

  if (scenario.ownServer) {
    story.release();
    await target.server?.stop("SIGKILL");
  } else if (target !== stage.open || (mayHaveDied(journal) && await stage.isDown())) {
    // The server ended under this story, or was already replaced by another.
    story.release();
    return { kind: "died", journal };
  }
  const result = judge(scenario, journal.events, grading);
  return { kind: "told", story, result };
}

/** Asking whether a server lives costs something; a story that went well has shown it. */
function mayHaveDied(journal: Journal): boolean {
  return journal.events.some((event) =>
    event.kind === "broke" || event.kind === "no-response" ||
    (event.kind === "closed" && event.by === "target") ||
    (event.kind === "step-end" && event.outcome !== "done")
  );
}

/** Two fresh servers ended under the same story, with nothing else beside it. */
function killed(scenario: Scenario, journal: Journal, { grading }: Context): CaseResult {
  const last = journal.events.findLast((event) => event.kind === "step-begin");
  journal.add({
    kind: "broke",
    step: last?.step ?? -1,
    reason: "the server went down, and a fresh one went down at the same story",
  });
  return judge(scenario, journal.events, grading);
}

function makeRoom(told: readonly Told[], maxConnections = KEPT_SOCKETS * 2): void {
  const room = Math.min(KEPT_SOCKETS, Math.floor(maxConnections / 2));
  let kept = 0;
  for (const { story, scenario } of told.toReversed()) {
    kept += Object.values(scenario.clients).reduce((sum, { count }) => sum + count, 0);
    if (kept > room) story.release();
  }
}

/** Holds the frames that came after each story's verdict against it, and lets the sockets go. */
function dismiss(told: Told[], { grading, onResult }: RunOptions): void {
  for (const { scenario, story, judgedAt, result } of told.splice(0)) {
    if (story.journal.events.length > judgedAt) {
      const again = judge(scenario, story.journal.events, grading);
      if (again.verdict !== result.verdict) onResult(scenario, again);
    }
    story.release();
  }
}
