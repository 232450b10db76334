/**
 * Running a plan: parallel scenarios first, then those that need the server to themselves; hostile
 * ones on servers of their own or last. Sockets stay open after their scenario, so that what comes
 * late is judged too.
 */
import { abortable, pooledMap } from "@std/async";
import { CannotStart } from "../../targets/start.ts";
import type { Schedule } from "../language/scenario.ts";
import { reasonOf, revive, runAlone, runOnce, TargetLost } from "./attempts.ts";
import type { Context, RunOptions } from "./context.ts";
import { connectionsOf, mostBeside, SENTINELS, shareConnections } from "./connections.ts";
import { watchEventLoop } from "./event_loop_lag.ts";
import type { Fixture } from "./fixture.ts";
import { type HeldScenarios, holdScenarios } from "./held.ts";
import { type Death, holdLifeline, NO_LIFELINE } from "./lifeline.ts";
import type { Scenario } from "./scenario.ts";
import { onlyWaited } from "./only_waited.ts";
import { MOST_GIVEN_UP } from "../record/intake.ts";
import { countWaits } from "./waits.ts";
import { asEnded, isEvidenceCut } from "./evidence_cut.ts";
import { hasAbsence, outsideReason } from "./second_chance.ts";
import type { SecondChance } from "../record/verdict.ts";

/** How a run ended. */
export interface RunEnd {
  /** Every time the server ended, and which scenarios were running. */
  readonly deaths: readonly Death[];
  /** Why it could not be finished; the target or the user is to blame. */
  readonly incomplete?: string;
}

/** One that must run again, with less beside it. */
interface Suspect {
  readonly scenario: Scenario;
  readonly before: readonly SecondChance[];
  /** It cannot have ended the server that died under it. */
  readonly onlyWaited?: true;
}

/** Scenarios running side by side; they mostly wait, so more than the machine has cores. */
const SIDE_BY_SIDE = 64;
/** How many of those that may have ended the server run side by side again. */
const FEWER = 8;

/** Servers for hostile scenarios alone, and how many scenarios make up for starting them. */
const SERVERS_APART = 2;
const WORTH_SERVERS_APART = 50;

/** Runs every scenario; `onJudged` is told of each as soon as it was judged, and again when late frames were. */
export async function run(
  scenarios: readonly Scenario[],
  options: RunOptions & { readonly isWatched?: boolean },
): Promise<RunEnd> {
  const { signal, fixture } = options;
  const deaths: Death[] = [];
  const ending = new AbortController();
  let isFlooded = false;
  options.recorder.intake.flooded.then(() => {
    isFlooded = true;
    ending.abort();
  });
  const lifelineOf = (one: Fixture) =>
    options.isWatched === false
      ? Promise.resolve(NO_LIFELINE)
      : holdLifeline(one.open, (death) => deaths.push(death));
  const context: Context = {
    ...options,
    signal: AbortSignal.any([signal, ending.signal]),
    attempts: { next: 0 },
    waits: countWaits(),
    deadly: new Set(),
    lag: watchEventLoop(),
    life: await lifelineOf(fixture),
  };
  const held = holdScenarios(context);
  const onSchedule = (schedule: Schedule) =>
    scenarios.filter((scenario) => scenario.schedule === schedule);
  const hostile = onSchedule("hostile");
  const apart = hostile.length >= WORTH_SERVERS_APART ? fixture.apart : undefined;

  const drained = Promise.withResolvers<void>();
  const endOfHostile = apart &&
    drained.promise.then(() => onServersApart(hostile, apart, context, lifelineOf));

  try {
    const [suspects] = await Promise.all([
      inSmallerCompany(onSchedule("parallel"), context, held, drained.resolve),
      endOfHostile,
    ]);
    const makeRoom = (scenario: Scenario) => makeRoomFor(scenario, held, context);
    await oneByOne(suspects, context, makeRoom);
    await oneByOne(onSchedule("heavy").map(fresh), context, makeRoom);
    await oneByOne(onSchedule("alone").map(fresh), context, makeRoom);
    if (!apart) {
      held.letGo();
      await oneByOne(hostile.map(fresh), context);
    }
  } catch (error) {
    if (signal.aborted) return { deaths, incomplete: "interrupted" };
    if (isFlooded) return { deaths, incomplete: FLOODED };
    // One server more that did not come up takes nothing back of what was judged.
    if (!(error instanceof TargetLost || error instanceof CannotStart)) throw error;
    return { deaths, incomplete: error.message };
  } finally {
    ending.abort();
    await endOfHostile?.catch(() => {}); // why it ended is known by now; its servers must be stopped
    held.letGo();
    // Whoever interrupts a run waits for its reports only.
    if (!signal.aborted) await held.judgeAgain();
    context.life.stop();
    context.lag.stop();
  }
  if (signal.aborted) return { deaths, incomplete: "interrupted" };
  return { deaths, ...(isFlooded ? { incomplete: FLOODED } : {}) };
}

const FLOODED =
  `the target floods its clients: ${MOST_GIVEN_UP} connections and answers were given up`;

const fresh = (scenario: Scenario): Suspect => ({ scenario, before: [] });

/** Whether the budget has room for a scenario; one for which it has none is skipped. */
function mayBegin(scenario: Scenario, { budget, onSkipped }: Context): boolean {
  const refused = budget?.reserve(scenario);
  if (refused !== undefined) onSkipped?.(scenario, refused);
  return refused === undefined;
}

/** Runs scenarios with nothing beside them; `makeRoom` is called before each. */
async function oneByOne(
  suspects: readonly Suspect[],
  context: Context,
  makeRoom?: (scenario: Scenario) => Promise<void>,
): Promise<void> {
  for (const { scenario, before } of suspects) {
    if (context.signal.aborted) return;
    if (!mayBegin(scenario, context)) continue;
    await makeRoom?.(scenario);
    context.onJudged(await runAlone(scenario, context, before));
  }
}

/**
 * Runs hostile scenarios on servers that nobody else uses, while the last of the others run: each
 * of these servers still hears one at a time.
 */
async function onServersApart(
  scenarios: readonly Scenario[],
  apart: () => Promise<Fixture>,
  context: Context,
  lifelineOf: (fixture: Fixture) => Promise<Context["life"]>,
): Promise<void> {
  const left = [...scenarios];
  await Promise.all(Array.from({ length: SERVERS_APART }, async () => {
    const fixture = await apart();
    const life = await lifelineOf(fixture);
    try {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await oneByOne([fresh(next)], { ...context, fixture, life });
      }
    } finally {
      life.stop();
      await fixture.close();
    }
  }));
}

/**
 * Runs scenarios side by side, and those that must run again as well: those that only waited when
 * the server died, and then the others with few beside them. Returns those that must run alone.
 */
async function inSmallerCompany(
  scenarios: readonly Scenario[],
  context: Context,
  held: HeldScenarios,
  drained: () => void,
): Promise<Suspect[]> {
  const first = await sideBySide(scenarios.map(fresh), SIDE_BY_SIDE, context, held, drained);
  const beside = (those: readonly Suspect[], width: number) =>
    sideBySide(those, width, context, held, () => {});
  const second = await beside(first.filter(({ onlyWaited }) => onlyWaited), SIDE_BY_SIDE);
  const left = [...first.filter(({ onlyWaited }) => !onlyWaited), ...second];
  // What this machine was too slow for mostly waits for a clock, and so it does side by side.
  const third = await beside(left.filter(isStalled), FEWER);
  const rest = [...left.filter((suspect) => !isStalled(suspect)), ...third];
  // A target that limits requests is not asked side by side again.
  const limited = rest.filter(isLimited);
  const others = rest.filter((suspect) => !isLimited(suspect));
  // With no more than these beside each other they have run already.
  return [...limited, ...others.length > FEWER ? await beside(others, FEWER) : others];
}

const isStalled = ({ before }: Suspect): boolean => before.at(-1)?.reason === "machine-stalled";
const isLimited = ({ before }: Suspect): boolean => before.at(-1)?.reason === "rate-limited";

/**
 * Runs many scenarios at once; `drained` is called when none waits for its turn any more. Returns
 * those that must run again: the ones in flight when the server died, and those in which something
 * is missing that something outside may explain.
 */
async function sideBySide(
  those: readonly Suspect[],
  width: number,
  context: Context,
  held: HeldScenarios,
  drained: () => void,
): Promise<Suspect[]> {
  let waiting = those.length;
  // What waits for clocks, or starts servers, takes longest.
  const isLong = ({ scenario }: Suspect) => Number(scenario.slow || scenario.ownServer);
  const slowFirst = those.toSorted((a, b) => isLong(b) - isLong(a));
  const suspects: Suspect[] = [];
  const { maxConnections } = context.fixture.target;
  const most = mostBeside(those.map(({ scenario }) => scenario), maxConnections);
  const room = shareConnections(most, () => held.letGo());
  const giveBack = async (count: number) => {
    // A busy server still counts what ended here a moment ago; its answer comes after that.
    if (maxConnections !== undefined) await context.life.confirm();
    room.give(count);
  };
  let reviving: Promise<void> | undefined;
  const runBeside = async ({ scenario, before }: Suspect) => {
    await reviving;
    if (!mayBegin(scenario, context)) return;
    await room.take(connectionsOf(scenario));
    const began = performance.now();
    const ending = await runOnce(scenario, context);
    const again = (reason: SecondChance["reason"]) => {
      ending.attempt.log.add({
        kind: "note",
        text: `runs again, with less beside it: ${reason}`,
      });
      ending.attempt.release();
      void giveBack(connectionsOf(scenario));
      suspects.push({
        scenario,
        before: [...before, { reason, verdict: "blocked" }],
        ...(ending.kind === "died" && !ending.isCut && onlyWaited(ending.attempt.log)
          ? { onlyWaited: true }
          : {}),
      });
    };
    if (ending.kind === "died") {
      again(reasonOf(ending));
      if (ending.isCut) return;
      // The first to notice revives the server for all.
      if (!reviving) {
        held.letGo();
        reviving = abortable(revive(scenario, context), context.signal)
          .finally(() => reviving = undefined);
      }
      return await reviving;
    }
    const { judged, attempt } = ending;
    const { lag } = context;
    const { events, leastPatienceMs: patienceMs } = attempt.log;
    const reason = hasAbsence(judged) && !isEvidenceCut(events)
      ? outsideReason(judged, events, { began, lag, patienceMs, alone: false })
      : undefined;
    if (reason !== undefined) {
      if (reason === "target-down") held.letGo(); // the server may only be full of them
      return again(reason);
    }
    context.onJudged(asEnded(judged, events, before));
    held.hold(ending, before, () => void giveBack(connectionsOf(scenario)));
    room.held();
  };
  // A pool in which an item throws hides the reason; those in flight are waited for, no more begin.
  const errors: unknown[] = [];
  const endings = pooledMap(width, slowFirst, async (suspect) => {
    if (--waiting === 0) drained();
    if (context.signal.aborted || errors.length > 0) return;
    await runBeside(suspect).catch((error) => errors.push(error));
  });
  for await (const _ of endings) continue;
  drained();
  if (errors.length > 0) throw errors[0];
  return suspects;
}

/** Lets go of what is only held where the target may not be asked to hold it beside a scenario. */
async function makeRoomFor(
  scenario: Scenario,
  held: HeldScenarios,
  { fixture, life }: Context,
): Promise<void> {
  const { maxConnections } = fixture.target;
  if (maxConnections === undefined) return;
  const wanted = held.connections + connectionsOf(scenario) + SENTINELS;
  if (wanted > maxConnections) held.letGo();
  await life.confirm(); // a busy server still counts what ended a moment ago
}
