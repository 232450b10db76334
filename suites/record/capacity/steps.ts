/** The trials of a search by load, in the middle of their repeats: what tables and curves are made of. */
import { median } from "simple-statistics";
import { type Tally, tally } from "./tally.ts";
import type { Trial } from "./trial.ts";

export interface Step extends Tally {
  readonly events: number;
  readonly deliveries: number;
  readonly standing: number;
  readonly latency?: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly cpu?: number;
  readonly memory?: number;
}

/** One step a load, from the lowest. */
export function stepsOf(trials: readonly Trial[]): Step[] {
  return tally(trials).map((step) => {
    const all = trials.filter(({ load }) => load === step.load);
    const middle = (read: (trial: Trial) => number | undefined) => {
      const figures = all.flatMap((trial) => read(trial) ?? []);
      return figures.length > 0 ? median(figures) : undefined;
    };
    const [p50, p95, p99] = [
      middle(({ latency }) => latency?.p50),
      middle(({ latency }) => latency?.p95),
      middle(({ latency }) => latency?.p99),
    ];
    const [cpu, memory] = [middle((trial) => trial.cpu), middle((trial) => trial.memory)];
    return {
      ...step,
      events: middle(({ events }) => events) ?? 0,
      deliveries: middle(({ deliveries }) => deliveries) ?? 0,
      standing: middle(({ connections }) => connections.standing) ?? 0,
      ...(p50 === undefined || p95 === undefined || p99 === undefined
        ? {}
        : { latency: { p50, p95, p99 } }),
      ...(cpu === undefined ? {} : { cpu }),
      ...(memory === undefined ? {} : { memory }),
    };
  });
}
