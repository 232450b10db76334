/** A run from its first dial to its measurements. */
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import { MILLISECOND, type Nanos, now, SECOND, sleepUntil } from "./clock.ts";
import { collect, type Interval, MOST_STRAGGLERS, settle } from "./collect.ts";
import { beat, cpuSeconds } from "./condition.ts";
import { Histogram } from "./histogram.ts";
import { drop } from "./life.ts";
import { machine } from "./machine.ts";
import { publish } from "./publish.ts";
import { rampUp } from "./ramp.ts";
import type { Run } from "./run.ts";
import { whisper } from "./whisper.ts";

/** How often it is asked whether all has come. */
const ASK = 20 * MILLISECOND;

/** How long more is waited for what is late, and for so much of the slowest; both engines wait alike. */
const STRAGGLERS = 3 * SECOND, PER_SLOWEST = 1.5;

/** Runs the plan. When `signal` aborts, what was seen until then comes back, marked incomplete. */
export async function carryOut(
  run: Run,
  signal: AbortSignal,
  onInterval: (interval: Interval) => void,
): Promise<LoadMeasurements> {
  const cpu = cpuSeconds();
  const delays = new Histogram();
  const intervals: Interval[] = [];
  beat(delays, run.over);
  const collected = collect(run, (interval) => {
    intervals.push(interval);
    onInterval(interval);
  });
  await rampUp(run, signal);
  const goesOn = run.standing > 0 || run.subscribers.length === 0 ||
    run.most > 0 && run.plan.reconnect !== undefined;
  if (goesOn) await runPhases(run, signal);
  await untilAllHasCome(run, signal);
  const { standing } = run;
  run.end();
  await collected;
  settle(run, Infinity);
  const measurements: LoadMeasurements = {
    version: 1,
    engine: "embedded",
    startedAt: run.startedAt.toISOString(),
    complete: goesOn && !signal.aborted,
    part: { index: 0, of: 1, machine },
    connections: { planned: run.subscribers.length, standing, most: run.most },
    phases: run.phases.map(({ name, seconds, measured, tally }) => ({
      name,
      seconds,
      measured,
      counts: tally.counts,
      latencies: tally.encoded(),
    })),
    intervals,
    generator: {
      cpuSeconds: cpuSeconds() - cpu,
      maxRss: Math.max(...intervals.map(({ rss }) => rss)),
      schedulerDelay: delays.encoded(),
      sendLag: run.sendLag.encoded(),
    },
    troubles: run.troubles.since(run.openedAt),
  };
  for (const client of run.subscribers) client.leave();
  return measurements;
}

/** Every publisher and every client that whispers sends at its pace, whatever the server does. */
async function runPhases(run: Run, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const began = now();
  run.phases[0].seconds = (began - run.openedAt) / SECOND;
  const { starts, end } = run.timetable.begin(began, run.plan.phases);
  await Promise.all([
    publish(run, starts, signal),
    whisper(run, starts, signal),
    drops(run, starts, signal),
  ]);
  await sleepUntil(end, signal);
}

/** Cuts off, as a phase begins, the share of clients that the plan says. */
async function drops(run: Run, starts: readonly Nanos[], signal: AbortSignal): Promise<void> {
  for (const [phase, { drop: share = 0 }] of run.plan.phases.entries()) {
    if (!await sleepUntil(starts[phase] ?? 0, signal)) return;
    let due = 0;
    for (const client of run.subscribers) {
      due += share;
      if (due < 1) continue;
      due--;
      drop(client);
    }
  }
}

/**
 * Waits until every event that was published has come to everybody. What has not come in its time is
 * waited for a while longer, so that late can be told from lost: longest where much is late.
 */
async function untilAllHasCome(run: Run, signal: AbortSignal): Promise<void> {
  const began = now(), settle = run.plan.settleMs * MILLISECOND;
  const patience = () =>
    settle + Math.min(Math.max(STRAGGLERS, PER_SLOWEST * run.slowest - settle), MOST_STRAGGLERS);
  while (run.ledger.outstanding && now() < began + patience()) {
    if (!await sleepUntil(now() + ASK, signal)) return;
  }
}
