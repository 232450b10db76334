/** A run from its first dial to its measurements. */
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import { MILLISECOND, type Nanos, now, SECOND, sleepUntil } from "./clock.ts";
import { collect, type Interval, settle } from "./collect.ts";
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
  if (run.standing > 0 || run.subscribers.length === 0) await runPhases(run, signal);
  await untilAllHasCome(run, signal);
  const { standing } = run;
  run.end();
  await collected;
  settle(run, Infinity);
  const measurements: LoadMeasurements = {
    version: 1,
    engine: "embedded",
    startedAt: run.startedAt.toISOString(),
    complete: !signal.aborted,
    part: { index: 0, of: 1, machine },
    connections: { planned: run.subscribers.length, standing },
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

/** Waits until every event that was published has come to everybody, or its time is over. */
async function untilAllHasCome(run: Run, signal: AbortSignal): Promise<void> {
  const deadline = now() + run.plan.settleMs * MILLISECOND;
  while (run.ledger.outstanding && now() < deadline) {
    if (!await sleepUntil(now() + ASK, signal)) return;
  }
}
