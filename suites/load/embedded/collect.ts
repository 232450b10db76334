/** Ending an interval each second, and settling the events whose time is over. */
import type { LoadMeasurements } from "../../record/load/measurements.ts";
import { MILLISECOND, now, SECOND, sleepUntil } from "./clock.ts";
import { cpuSeconds, residentBytes } from "./condition.ts";
import type { Run } from "./run.ts";

/** How long after its settling time what is late is waited for, at most. */
export const MOST_STRAGGLERS = 10 * SECOND;

export type Interval = LoadMeasurements["intervals"][number];

/** Until the run is over; `onInterval` is told each, the last one too. */
export async function collect(run: Run, onInterval: (interval: Interval) => void): Promise<void> {
  let cpu = cpuSeconds();
  for (let second = 0, running = true; running; second++) {
    running = await sleepUntil(run.openedAt + (second + 1) * SECOND, run.over);
    const used = cpuSeconds();
    onInterval(interval(run, second, used - cpu));
    cpu = used;
    settle(run, now() - run.plan.settleMs * MILLISECOND - MOST_STRAGGLERS);
  }
}

function interval({ timetable, phases, standing, deliveries }: Run, second: number, cpu: number) {
  const ended: Interval = {
    second,
    phase: (phases[timetable.at(now())] ?? phases[0]).name,
    standing,
    delivered: deliveries.count,
    p50: deliveries.quantile(0.5),
    p99: deliveries.quantile(0.99),
    max: deliveries.quantile(1),
    cpu,
    rss: residentBytes(),
  };
  deliveries.reset();
  return ended;
}

/** Settles the events intended before an instant: what they owed and what came of them is counted. */
export function settle(run: Run, before: number): void {
  run.ledger.settle(
    before,
    (phase) => run.tallyOf(phase),
    ({ stream, intended }, deliveries) =>
      run.troubles.add("missing", run.streams.eventOf(stream), intended, deliveries),
  );
}
