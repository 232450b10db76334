/** Load runs compared: objectives, latencies, deliveries, and what the target used. */
import { bytes, counting, duration, percent, significant } from "../../suites/record/numbers.ts";
import { crowd, underLoad } from "../../suites/record/load/cpu.ts";
import { LATENCIES } from "../../suites/record/load/measurements.ts";
import {
  countsOf,
  type Latency,
  latencyOf,
  measuredPhases,
} from "../../suites/record/load/phases.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { type Figure, REPEATS } from "./difference.ts";
import { figureRows, type Pair } from "./figures.ts";
import { percentileOf } from "./quantile.ts";
import type { Comparison, Row, Side, Thresholds } from "./row.ts";
import { meanOf } from "./samples.ts";

type Runs = readonly LoadReport[];

/** `first` and `last` are of the deliveries that `delivery` is of. */
const COMPARED = LATENCIES.filter((kind) => kind !== "first" && kind !== "last");
/** Over in a second or two of the ramp, in which anything may have the machine. */
const CONNECTING: ReadonlySet<Latency> = new Set<Latency>([
  "connect",
  "handshake",
  "authorize",
  "subscribe",
]);
/** How much runs of one server differed on a machine that did other things as well. */
const RUN_TO_RUN = { latency: 0.4, resources: 0.15 };

const PERCENTILES = [0.5, 0.95, 0.99] as const;

/** Two sides of load runs, each one or several of the same load. */
export function compareLoads(base: Runs, other: Runs, thresholds: Thresholds): Comparison {
  const [quietBase, quietOther] = [base.filter(isQuiet), other.filter(isQuiet)];
  const left = base.length + other.length - quietBase.length - quietOther.length;
  const isFounded = quietBase.length > 0 && quietOther.length > 0;
  return {
    kind: "load",
    base: sideOf(base),
    new: sideOf(other),
    notes: [
      ...notesOf(base, other),
      ...(left > 0 && isFounded ? [`${counting(left, "run")} left out: ${DISTURBED}`] : []),
      ...(Math.min(quietBase.length, quietOther.length) < REPEATS ? [FEW_RUNS] : []),
    ],
    rows: [
      ...verdictRows(base, other),
      ...figureRows([
        ...latencyPairs(quietBase, quietOther, thresholds),
        ...usagePairs(quietBase, quietOther, thresholds),
      ]),
      ...lossRows(base, other, thresholds.lost),
    ],
    ...(isFounded ? {} : { incomplete: `latencies and resources: ${DISTURBED}` }),
  };
}

const DISTURBED =
  "the generator was measured, other programs had the machine, or the run ended early";
const FEW_RUNS =
  `fewer than ${REPEATS} runs on a side: only what is several times as much counts, and connecting is not compared`;

/** Whether the figures of a run are the target's. */
function isQuiet({ load, resources, evidence }: LoadReport): boolean {
  const { generatorBound, measurements } = load;
  if (generatorBound.length > 0 || !measurements.complete) return false;
  return !resources || crowd(resources, measurements, evidence.machine.cores) === undefined;
}

function sideOf(runs: Runs): Side {
  const [first] = runs;
  return {
    title: first ? `${first.target.title}: ${first.load.scenario.title}` : "",
    startedAt: first?.evidence.startedAt ?? "",
    runs: runs.length,
  };
}

function notesOf(base: Runs, other: Runs): string[] {
  const machines = new Set(
    [...base, ...other].map(({ evidence: { machine, engine } }) =>
      [machine.cpu, machine.cores, machine.kernel, engine].join(", ")
    ),
  );
  return [
    ...(machines.size > 1 ? [`measured on different machines: ${[...machines].join("; ")}`] : []),
  ];
}

/** The load of a run, without where it went: by it, runs can be compared. */
export function loadOf({ load: { scenario, plan } }: LoadReport): string {
  const clients = plan.clients.map(({ name, count, perSecond }) => [name, count, perSecond]);
  const phases = plan.phases.map(({ name, seconds, rate }) => [name, seconds, rate]);
  return JSON.stringify([scenario.name, clients, phases]);
}

/** Objectives that were met and are missed, or the other way round; in repeats, by most of them. */
function verdictRows(base: Runs, other: Runs): Row[] {
  const met = (runs: Runs, text: string): boolean | undefined => {
    const all = runs.flatMap(({ load }) => load.objectives.filter((it) => it.text === text));
    const judged = all.filter(({ verdict }) => verdict !== "unknown");
    return judged.length === 0
      ? undefined
      : judged.filter(({ verdict }) => verdict === "met").length * 2 > judged.length;
  };
  const measured = (runs: Runs, text: string) =>
    runs.flatMap(({ load }) => load.objectives.find((it) => it.text === text)?.measured ?? [])
      .join(", ") || "not measured";
  const texts = new Set(
    [...base, ...other].flatMap(({ load }) => load.objectives.map(({ text }) => text)),
  );
  const deaths = (runs: Runs) => runs.filter(({ load }) => load.death !== undefined).length;
  return [
    ...[...texts].map((text): Row => {
      const [was, is] = [met(base, text), met(other, text)];
      const change = was === is
        ? "same"
        : is === undefined
        ? "gone"
        : is
        ? "fixed"
        : was === undefined
        ? "new"
        : "broken";
      return {
        group: "Verdicts",
        name: text,
        change,
        isRegression: change === "broken",
        base: measured(base, text),
        new: measured(other, text),
      };
    }),
    ...(deaths(base) + deaths(other) > 0
      ? [{
        group: "Verdicts" as const,
        name: "the target stayed up",
        change: deaths(base) === 0
          ? "broken" as const
          : deaths(other) === 0
          ? "fixed" as const
          : "same" as const,
        isRegression: deaths(base) === 0,
        base: `died in ${deaths(base)} of ${base.length}`,
        new: `died in ${deaths(other)} of ${other.length}`,
      }]
      : []),
  ];
}

function latencyPairs(base: Runs, other: Runs, { latency: threshold }: Thresholds): Pair[] {
  const isFew = Math.min(base.length, other.length) < REPEATS;
  return COMPARED.filter((kind) => !isFew || !CONNECTING.has(kind)).flatMap((kind) =>
    PERCENTILES.map((share): Pair => {
      const of = (runs: Runs) => runs.flatMap((run) => percentile(run, kind, share) ?? []);
      return {
        group: "Latency",
        name: `${kind} p${share * 100}`,
        base: of(base),
        new: of(other),
        threshold,
        assumed: RUN_TO_RUN.latency,
        inWords: (value) => duration(value / 1000),
      };
    })
  );
}

function percentile({ load }: LoadReport, kind: Latency, share: number): Figure | undefined {
  const phases = measuredPhases(load.measurements);
  const histogram = latencyOf(phases, kind);
  if (!histogram) return undefined;
  // Many deliveries are of one event: what delays it delays them all.
  return kind === "delivery"
    ? percentileOf(histogram, share, countsOf(phases).accepted)
    : percentileOf(histogram, share);
}

function usagePairs(base: Runs, other: Runs, { resources: threshold }: Thresholds): Pair[] {
  const pair = (
    name: string,
    read: (run: LoadReport) => Figure | undefined,
    inWords: (value: number) => string,
  ): Pair => ({
    group: "Resources",
    name,
    base: base.flatMap((run) => read(run) ?? []),
    new: other.flatMap((run) => read(run) ?? []),
    threshold,
    assumed: RUN_TO_RUN.resources,
    inWords,
  });
  const used = (key: "cpu" | "rss") => (run: LoadReport) =>
    meanOf(
      (run.resources ? underLoad(run.resources, run.load.measurements) : [])
        .flatMap(({ process, container }) => (process ?? container)?.[key] ?? []),
    );
  return [
    pair("cores", used("cpu"), significant),
    pair("memory", used("rss"), bytes),
    pair("memory a connection", memoryPerConnection, bytes),
  ];
}

/** The slope of a regression; how certain it is follows from the variation it explains. */
function memoryPerConnection({ resources }: LoadReport): Figure | undefined {
  const slope = resources?.memory.perConnection;
  if (!slope || slope.bytes <= 0) return undefined;
  const freedom = slope.samples - 2;
  if (freedom < 1 || slope.explained <= 0) return { value: slope.bytes, freedom: Infinity };
  return {
    value: slope.bytes,
    variance: (1 - slope.explained) / slope.explained / freedom,
    freedom,
  };
}

/** Deliveries that never came; what one event loses, its whole channel loses. */
function lossRows(base: Runs, other: Runs, threshold: number): Row[] {
  const sum = (runs: Runs) => {
    const counts = runs.map(({ load }) => countsOf(measuredPhases(load.measurements)));
    const expected = counts.reduce((all, one) => all + one.expected, 0);
    const delivered = counts.reduce((all, one) => all + one.delivered, 0);
    const events = Math.max(1, counts.reduce((all, one) => all + one.accepted, 0));
    const lost = expected === 0 ? 0 : Math.max(0, (expected - delivered) / expected);
    return { expected, delivered, lost, variance: lost * (1 - lost) / events };
  };
  const [was, is] = [sum(base), sum(other)];
  if (was.expected === 0 || is.expected === 0) return [];
  const difference = is.lost - was.lost;
  const margin = 1.96 * Math.sqrt(was.variance + is.variance);
  const isClear = Math.abs(difference) > Math.max(threshold, margin);
  const change = !isClear
    ? difference === 0 ? "same" : "noise"
    : difference > 0
    ? "worse"
    : "better";
  return [{
    group: "Deliveries",
    name: "delivered",
    change,
    isRegression: change === "worse",
    base: percent(was.delivered, was.expected),
    new: percent(is.delivered, is.expected),
  }];
}
