/**
 * Running a plan: parallel scenarios first, then those that need the server to themselves; hostile
 * ones on servers of their own or last. Every verdict is told as soon as it is known, and every
 * late frame held against it at the end.
 */
import { pooledMap } from "@std/async";
import type { Lane } from "../language/scenario.ts";
import type { Scenario } from "./scenario.ts";
import { judge } from "./judge.ts";
import { watchEventLoop } from "./event_loop_lag.ts";
import type { Fixture } from "./fixture.ts";
import type { Attempt } from "./attempt.ts";
import {
  alone,
  type Context,
  isAccusation,
  isDisturbed,
  revive,
  runOnce,
  type RunOptions,
  TargetLost,
  wasTurnedAway,
} from "./attempts.ts";
import { unlessThrottled } from "./throttle.ts";
import type { CaseResult } from "../record/verdict.ts";

/** Why a run ended before its end; the target is to blame, or the user. */
export interface Ended {
  readonly reason: string;
  readonly notRun: readonly Scenario[];
}

interface Params {
  readonly scenario: Scenario;
  readonly attempt: Attempt;
  readonly judgedAt: number;
  readonly result: CaseResult;
}

/** Scenarios told side by side; they mostly wait, so more than the machine has cores. */
const SIDE_BY_SIDE = 64;

/** Sockets kept open after their scenario, at most; the oldest scenarios make room. */
const KEPT_SOCKETS = 4000;

/** Servers for hostile scenarios alone, and how many scenarios make up for starting them. */
const SERVERS_APART = 2;
const WORTH_SERVERS_APART = 50;

/** Tells every scenario and returns why it could not be finished, if it could not. */
export async function run(
  scenarios: readonly Scenario[],
  options: RunOptions,
): Promise<Ended | undefined> {
  const { signal, fixture } = options;
  const params: Params[] = [];
  const waiting = new Set(scenarios);
  const ending = new AbortController();
  const context: Context = {
    ...options,
    signal: AbortSignal.any([signal, ending.signal]),
    attempts: { next: 0 },
    lag: watchEventLoop(),
  };
  const inLane = (lane: Lane) => scenarios.filter((scenario) => scenario.lane === lane);
  const hostile = inLane("hostile");
  const apart = hostile.length >= WORTH_SERVERS_APART ? fixture.apart : undefined;

  const quiet = Promise.withResolvers<void>();
  const endOfHostile = apart &&
    quiet.promise.then(() => onServersApart(hostile, apart, context, waiting));

  try {
    const [suspects] = await Promise.all([
      sideBySide(inLane("parallel"), context, params, waiting, quiet.resolve),
      endOfHostile,
    ]);
    await oneByOne(suspects, context, waiting);
    await oneByOne(inLane("heavy"), context, waiting);
    await oneByOne(inLane("alone"), context, waiting);
    if (!apart) {
      dismiss(params, options);
      await oneByOne(hostile, context, waiting);
    }
  } catch (error) {
    if (!(error instanceof TargetLost)) throw error;
    return { reason: error.message, notRun: [...waiting] };
  } finally {
    ending.abort();
    await endOfHostile?.catch(() => {}); // why it ended is known by now; its servers must be stopped
    dismiss(params, options);
    context.lag.stop();
  }
  return signal.aborted ? { reason: "interrupted", notRun: [...waiting] } : undefined;
}

/** Tells scenarios with nothing beside them. */
async function oneByOne(
  scenarios: readonly Scenario[],
  context: Context,
  waiting: Set<Scenario>,
): Promise<void> {
  for (const scenario of scenarios) {
    if (context.signal.aborted) return;
    const result = await alone(scenario, context);
    waiting.delete(scenario);
    context.onResult(scenario, result);
  }
}

/**
 * Tells hostile scenarios on servers that nobody else uses, while others only wait for their
 * server's clock: each of these servers still hears one at a time.
 */
async function onServersApart(
  scenarios: readonly Scenario[],
  apart: () => Promise<Fixture>,
  context: Context,
  waiting: Set<Scenario>,
): Promise<void> {
  const left = [...scenarios];
  await Promise.all(Array.from({ length: SERVERS_APART }, async () => {
    const fixture = await apart();
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await oneByOne([next], { ...context, fixture }, waiting);
      }
    } finally {
      await fixture.close();
    }
  }));
}

/**
 * Tells many scenarios at once; `quiet` is called when all that are left wait for a clock. Returns
 * those that must be told again, alone: the ones in flight when the server died, the ones about
 * time that failed while so much else was going on, and those for whom there was no room.
 */
async function sideBySide(
  scenarios: readonly Scenario[],
  context: Context,
  params: Params[],
  waiting: Set<Scenario>,
  quiet: () => void,
): Promise<Scenario[]> {
  let quick = scenarios.filter(({ slow }) => !slow).length;
  if (quick === 0) quiet();
  const slowFirst = [...scenarios.filter((s) => s.slow), ...scenarios.filter((s) => !s.slow)];
  const suspects: Scenario[] = [];
  let reviving: Promise<void> | undefined;
  const runBeside = async (scenario: Scenario) => {
    await reviving;
    const began = performance.now();
    const ending = await runOnce(scenario, context);
    if (ending.kind === "died") {
      suspects.push(scenario);
      // The first to notice revives the server for all.
      letGo(params);
      if (!reviving) reviving = revive(scenario, context).finally(() => reviving = undefined);
      await reviving;
      return;
    }
    const { attempt, result } = ending;
    const isFull = isAccusation(result) && wasTurnedAway(attempt.log.events);
    if (isFull) letGo(params);
    if (
      isFull || isAccusation(result) && (scenario.slow || isDisturbed(scenario, began, context))
    ) {
      attempt.log.add({ kind: "note", text: "told again, with nothing beside it" });
      attempt.release();
      suspects.push(scenario);
      return;
    }
    params.push({ scenario, attempt, judgedAt: attempt.log.events.length, result });
    makeRoom(params, context.fixture.target.maxConnections);
    waiting.delete(scenario);
    context.onResult(scenario, result);
  };
  // A pool in which an item throws hides the reason; those in flight are waited for, no more begin.
  const errors: unknown[] = [];
  const endings = pooledMap(SIDE_BY_SIDE, slowFirst, async (scenario) => {
    if (context.signal.aborted || errors.length > 0) return;
    await runBeside(scenario).catch((error) => errors.push(error));
    if (!scenario.slow && --quick === 0) quiet();
  });
  for await (const _ of endings) continue;
  quiet();
  if (errors.length > 0) throw errors[0];
  return suspects;
}

/** Lets the sockets of all scenarios go: the server may only be full of them. */
function letGo(params: readonly Params[]): void {
  for (const { attempt } of params) attempt.release();
}

function makeRoom(params: readonly Params[], maxConnections = KEPT_SOCKETS * 2): void {
  const room = Math.min(KEPT_SOCKETS, Math.floor(maxConnections / 2));
  let kept = 0;
  for (const { attempt, scenario } of params.toReversed()) {
    kept += Object.values(scenario.clients).reduce((sum, { count }) => sum + count, 0);
    if (kept > room) attempt.release();
  }
}

/** Holds the frames that came after each scenario's verdict against it, and lets the sockets go. */
function dismiss(params: Params[], { grading, onResult }: RunOptions): void {
  for (const { scenario, attempt, judgedAt, result } of params.splice(0)) {
    const { events } = attempt.log;
    if (events.length > judgedAt) {
      const again = unlessThrottled(judge(scenario, events, grading), scenario, events, grading);
      if (again.verdict !== result.verdict) onResult(scenario, again);
    }
    attempt.release();
  }
}
