/** What a target's memory came to over a load run: at rest, at its highest, afterwards, a connection. */
import { linearRegression, linearRegressionLine, median, rSquared } from "simple-statistics";
import { timesOf } from "../record/load/phases.ts";
import type { LoadMeasurements } from "../record/load/measurements.ts";
import type { Resources, ResourceSample } from "../record/load/resources.ts";

type Run = Pick<LoadMeasurements, "startedAt" | "intervals" | "phases">;
type Sample = { readonly at: number; readonly bytes: number };
type Memory = Resources["memory"];

/** A line through fewer says nothing. */
const LEAST_SAMPLES = 4;

/**
 * What is told by the samples around and during a run. Bytes are the process tree's, with shared
 * pages split where that may be read; of a container, what it uses.
 */
export function memoryOf(resources: Resources, run: Run): Memory {
  const seconds = (Date.parse(run.startedAt) - Date.parse(resources.startedAt)) / 1000;
  const read = bytesReader(resources.samples);
  const samples = resources.samples.flatMap((sample) => {
    const bytes = read(sample);
    return bytes === undefined ? [] : [{ at: sample.at - seconds, bytes }];
  });
  const end = (run.intervals.at(-1)?.second ?? -1) + 1;
  const bytes = (those: typeof samples) => those.map((sample) => sample.bytes);
  const before = bytes(samples.filter(({ at }) => at <= 0));
  const after = bytes(samples.filter(({ at }) => at > end));
  const isOne = resources.restarts.length === 0;
  const line = isOne ? perConnection(samples, run) : undefined;
  const grown = isOne ? growth(samples, run) : undefined;
  return {
    ...before.length > 0 ? { idle: Math.round(median(before)) } : {},
    ...samples.length > 0 ? { peak: Math.max(...bytes(samples)) } : {},
    // A collector takes its time; the least of what was seen is what has settled.
    ...after.length > 0 ? { released: Math.min(...after) } : {},
    ...line ? { perConnection: line } : {},
    ...grown ? { growth: grown } : {},
  };
}

/** Descriptors at rest and afterwards; `undefined` where they were not read at both. */
export function descriptorsOf(
  { startedAt, samples }: Resources,
  run: Run,
): Resources["descriptors"] {
  const seconds = (Date.parse(run.startedAt) - Date.parse(startedAt)) / 1000;
  const end = (run.intervals.at(-1)?.second ?? -1) + 1;
  const read = (those: readonly ResourceSample[]) =>
    those.flatMap(({ process }) => process?.descriptors ?? []);
  const before = read(samples.filter(({ at }) => at - seconds <= 0));
  const after = read(samples.filter(({ at }) => at - seconds > end));
  if (before.length === 0 || after.length === 0) return undefined;
  return { idle: Math.round(median(before)), released: Math.min(...after) };
}

/** The best figure that all samples of a run have, lest two kinds are compared. */
function bytesReader(samples: readonly ResourceSample[]) {
  const kinds = [
    ({ process }: ResourceSample) => process?.pss,
    ({ process }: ResourceSample) => process?.rss,
    ({ container }: ResourceSample) => container?.rss,
  ];
  const had = (read: (sample: ResourceSample) => number | undefined) =>
    samples.filter((sample) => read(sample) !== undefined).length;
  // The first of those that the most samples have.
  return kinds.reduce((best, kind) => had(kind) > had(best) ? kind : best);
}

/** Memory by connections while these come up, as a line by least squares. */
function perConnection(
  samples: readonly Sample[],
  { intervals }: Run,
): Memory["perConnection"] {
  const [first] = intervals;
  const ramp = intervals.filter(({ phase }) => phase === first?.phase);
  const last = ramp.at(-1);
  if (!last) return undefined;
  // Not before the first has come: with it comes what a server does but once, code it compiles, say.
  const points = samples.filter(({ at }) => at <= last.second + 1)
    .map(({ at, bytes }) => [openAt(at, ramp), bytes])
    .filter(([standing = 0]) => standing > 0);
  const connections = Math.max(0, ...points.map(([standing = 0]) => standing));
  if (points.length < LEAST_SAMPLES || connections === 0) return undefined;
  const line = linearRegression(points);
  const explained = rSquared(points, linearRegressionLine(line));
  if (!Number.isFinite(line.m) || !Number.isFinite(explained)) return undefined;
  return {
    bytes: Math.round(line.m),
    explained,
    samples: points.length,
    connections: Math.round(connections),
  };
}

/** Memory by time and by events in the measured phases, each as a line by least squares. */
function growth(samples: readonly Sample[], run: Run): Memory["growth"] {
  const phases = timesOf(run).slice(1).filter(({ measured }) => measured);
  const within = samples.filter(({ at }) => phases.some(({ from, to }) => from < at && at <= to));
  if (within.length < LEAST_SAMPLES) return undefined;
  const line = (x: (sample: Sample) => number) => {
    const points = within.map((sample) => [x(sample), sample.bytes]);
    const fitted = linearRegression(points);
    const explained = rSquared(points, linearRegressionLine(fitted));
    // Of memory that does not change at all, there is nothing to explain.
    return { slope: fitted.m, explained: Number.isFinite(explained) ? explained : 1 };
  };
  // Events come at an even pace within a phase.
  const events = ({ at }: Sample) =>
    phases.reduce((sum, { from, to, counts: { accepted, unanswered } }) => {
      const share = Math.min(Math.max((at - from) / (to - from), 0), 1);
      return sum + share * (accepted + unanswered);
    }, 0);
  const byTime = line(({ at }) => at), byEvent = line(events);
  if (!Number.isFinite(byTime.slope)) return undefined;
  return {
    perMinute: Math.round(60 * byTime.slope),
    ...(Number.isFinite(byEvent.slope) ? { perEvent: byEvent.slope } : {}),
    explained: byTime.explained,
    samples: within.length,
  };
}

/** Connections that were open at a moment, between the ends of two seconds in proportion. */
function openAt(at: number, intervals: Run["intervals"]): number {
  let before = { at: 0, standing: 0 };
  for (const { second, standing } of intervals) {
    const end = second + 1;
    if (at <= end) {
      const share = Math.max(0, at - before.at) / (end - before.at);
      return before.standing + share * (standing - before.standing);
    }
    before = { at: end, standing };
  }
  return before.standing;
}
