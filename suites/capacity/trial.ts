/** What one run of the search came to, out of its load report. */
import type { LoadReport } from "../record/load/report.ts";
import { EXIT } from "../record/exit_code.ts";
import { quantileOf } from "../record/load/histogram.ts";
import { cpuOf } from "../record/load/cpu.ts";
import { countsOf, latencyOf, measuredPhases, timesOf } from "../record/load/phases.ts";
import type { Outcome } from "../record/capacity/tally.ts";
import type { Trial } from "../record/capacity/trial.ts";
import { broken } from "./broken.ts";

/** The trial that a report tells of; of one limited by the generator too, if that is allowed. */
export function trialOf(load: number, report: LoadReport, allowGeneratorBound = false): Trial {
  const { measurements, objectives, findings, generatorBound } = report.load;
  const { planned, standing } = measurements.connections;
  const phases = measuredPhases(measurements);
  const counts = countsOf(phases);
  const plan = timesOf(measurements).slice(1).filter(({ measured }) => measured);
  const seconds = plan.reduce((sum, phase) => sum + phase.seconds, 0);
  const delivery = latencyOf(phases, "delivery");
  const ms = (share: number) => delivery ? quantileOf(delivery, share) / 1000 : 0;
  const cpu = report.resources && cpuOf(report.resources, measurements);
  const memory = report.resources?.memory.peak;
  const outcome = outcomeOf(report, allowGeneratorBound);
  return {
    load,
    outcome,
    reasons: outcome === "met" ? [] : [
      ...findings,
      ...objectives.filter(({ verdict }) => verdict !== "met").map(({ text, measured }) =>
        `${text}: ${measured ?? "not measured"}`
      ),
      ...generatorBound.map((reason) => `generator-bound: ${reason}`),
    ],
    connections: { planned, standing },
    events: seconds > 0 ? counts.accepted / seconds : 0,
    deliveries: throughput(measurements, plan) ?? (seconds > 0 ? counts.delivered / seconds : 0),
    expected: counts.expected,
    delivered: counts.delivered,
    ...(delivery ? { latency: { p50: ms(0.5), p95: ms(0.95), p99: ms(0.99) } } : {}),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    broken: outcome === "missed" ? broken(report) : [],
  };
}

/**
 * Met where nothing is held against the run. Where the generator was the limit, it says nothing of
 * the target, unless that refused, cut off or lost connections or died, which no generator does.
 */
function outcomeOf(
  { load: { measurements, generatorBound }, exitCode }: LoadReport,
  allowed: boolean,
): Outcome {
  if (exitCode === EXIT.ok) return "met";
  const itsOwn = exitCode === EXIT.incomplete || measurements.troubles.length > 0;
  return generatorBound.length > 0 && !allowed && !itsOwn ? "generator" : "missed";
}

/**
 * Deliveries a second as they arrived, not as they were expected: a backlog that drains later is none.
 * `undefined` where no whole second was measured.
 */
function throughput(
  { intervals }: LoadReport["load"]["measurements"],
  phases: readonly { readonly from: number; readonly to: number }[],
): number | undefined {
  const whole = intervals.filter(({ second }) =>
    phases.some(({ from, to }) => from <= second && second + 1 <= to)
  );
  const delivered = whole.reduce((sum, interval) => sum + interval.delivered, 0);
  return whole.length > 0 ? delivered / whole.length : undefined;
}
