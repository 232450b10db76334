/**
 * The measurements of all parts of one run as those of the whole: counts and buckets add up. What
 * no part can know alone is added: an event that nobody in another part received was expected there.
 */
import { PlumblineError } from "../record/errors.ts";
import { encodeHistogram, sumOf } from "../record/load/histogram.ts";
import { LATENCIES, type LoadMeasurements } from "../record/load/measurements.ts";
import { countsOf } from "../record/load/phases.ts";

type Phase = LoadMeasurements["phases"][number];
type Interval = LoadMeasurements["intervals"][number];
type Part = LoadMeasurements["part"];

/** The parts are not those of one run, or not all of it; the message names them. */
export class CannotMerge extends PlumblineError {
  override readonly name = "CannotMerge";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_CANNOT_MERGE", message, options);
  }
}

/** Merges the parts, in whatever order. Throws `CannotMerge`. */
export function merge(parts: readonly LoadMeasurements[]): LoadMeasurements {
  const first = oneRun(parts);
  const startedAt = new Date(Math.min(...parts.map(started)));
  /** Seconds that a part was opened after the first of them. */
  const after = (part: LoadMeasurements) => (started(part) - startedAt.getTime()) / 1000;
  const sum = (of: (part: LoadMeasurements) => number) =>
    parts.reduce((all, part) => all + of(part), 0);
  const histograms = (of: (part: LoadMeasurements) => string) => {
    const all = sumOf(parts.map(of));
    return all ? encodeHistogram(all) : of(first);
  };
  return {
    version: 1,
    engine: first.engine,
    startedAt: startedAt.toISOString(),
    complete: parts.every(({ complete }) => complete),
    part: { index: 0, of: 1, machine: first.part.machine },
    connections: {
      planned: sum(({ connections }) => connections.planned),
      standing: sum(({ connections }) => connections.standing),
      most: sum(({ connections }) => connections.most),
    },
    phases: phasesOf(parts),
    intervals: intervalsOf(
      parts.flatMap((part) =>
        part.intervals.map((interval) => ({
          ...interval,
          second: interval.second + Math.round(after(part)),
        }))
      ),
    ),
    generator: {
      cpuSeconds: sum(({ generator }) => generator.cpuSeconds),
      maxRss: sum(({ generator }) => generator.maxRss),
      schedulerDelay: histograms(({ generator }) => generator.schedulerDelay),
      sendLag: histograms(({ generator }) => generator.sendLag),
    },
    troubles: troublesOf(parts.flatMap((part) =>
      part.troubles.map((trouble) => ({
        ...trouble,
        first: trouble.first + after(part),
        last: trouble.last + after(part),
      }))
    )),
  };
}

const started = ({ startedAt }: LoadMeasurements) => Date.parse(startedAt);

/** The first part, where all of them are those of one run. */
function oneRun(parts: readonly LoadMeasurements[]): LoadMeasurements {
  const [first] = parts;
  if (!first) throw new CannotMerge("there is nothing to merge");
  const { of } = first.part;
  const names = (part: LoadMeasurements) => part.phases.map(({ name }) => name).join(", ");
  for (const part of parts) {
    if (part.part.of !== of || names(part) !== names(first)) {
      throw new CannotMerge(
        `these are parts of different runs: one of ${of} with the phases ${names(first)}, ` +
          `one of ${part.part.of} with ${names(part)}`,
      );
    }
  }
  const missing = [...Array(of).keys()].filter((index) =>
    !parts.some(({ part }) => part.index === index)
  );
  if (missing.length > 0) {
    throw new CannotMerge(
      `of ${of} parts these are missing: ${missing.join(", ")} (counted from 0)`,
    );
  }
  if (parts.length > of) {
    throw new CannotMerge(`a part is there twice: ${of} parts, ${parts.length} files`);
  }
  return first;
}

/**
 * Deliveries expected in one part of events of another that nobody there received, and so are known to
 * neither alone.
 */
export function expectedUnheard(parts: readonly LoadMeasurements[]): number {
  let expected = 0;
  for (const { part: from } of parts) {
    for (const [stream, accepted] of Object.entries(from.accepted ?? {})) {
      const channel = from.origins?.[stream];
      if (channel === undefined) {
        throw new CannotMerge(
          "a part does not say which channel its streams are of: build k6 anew with `deno task k6:build`",
        );
      }
      const others = parts.map(({ part }) => part).filter(({ index }) => index !== from.index);
      const heardBy = (part: Part) => part.heard?.[stream] ?? 0;
      const unheard = accepted - Math.max(0, ...others.map(heardBy));
      const owed = accepted - Math.min(unheard, from.gone?.[stream] ?? 0);
      for (const to of others) expected += (owed - heardBy(to)) * (to.members?.[channel] ?? 0);
    }
  }
  return expected;
}

function phasesOf(parts: readonly LoadMeasurements[]): Phase[] {
  const names = parts[0]?.phases ?? [];
  const unheard = expectedUnheard(parts);
  // Which phase they were sent in nobody knows: the last that is measured is taken.
  const last = names.findLastIndex(({ measured }) => measured);
  return names.map(({ name, measured }, index) => {
    const same = parts.flatMap(({ phases }) => phases[index] ?? []);
    const counts = countsOf(same);
    return {
      name,
      measured,
      seconds: Math.max(...same.map(({ seconds }) => seconds)),
      counts: index === last
        ? { ...counts, expected: counts.expected + unheard, lost: counts.lost + unheard }
        : counts,
      latencies: Object.fromEntries(LATENCIES.flatMap((latency) => {
        const all = sumOf(same.flatMap(({ latencies }) => latencies[latency] ?? []));
        return all ? [[latency, encodeHistogram(all)]] : [];
      })),
    };
  });
}

/** Second by second. Quantiles do not add up: the slowest part's is taken. */
function intervalsOf(intervals: readonly Interval[]): Interval[] {
  const seconds = Map.groupBy(intervals, ({ second }) => second);
  return [...seconds].sort(([a], [b]) => a - b).map(([second, [first, ...others]]) => {
    const sum: Interval = { ...first!, second }; // no group is empty
    for (const other of others) {
      sum.standing += other.standing;
      sum.delivered += other.delivered;
      sum.cpu += other.cpu;
      sum.rss += other.rss;
      sum.p50 = Math.max(sum.p50, other.p50);
      sum.p99 = Math.max(sum.p99, other.p99);
      sum.max = Math.max(sum.max, other.max);
    }
    return sum;
  });
}

function troublesOf(troubles: LoadMeasurements["troubles"]): LoadMeasurements["troubles"] {
  const kinds = Map.groupBy(troubles, ({ what, detail }) => JSON.stringify([what, detail]));
  return [...kinds.values()].flatMap(([trouble, ...others]) =>
    trouble
      ? [{
        ...trouble,
        first: Math.min(trouble.first, ...others.map(({ first }) => first)),
        last: Math.max(trouble.last, ...others.map(({ last }) => last)),
        count: others.reduce((sum, { count }) => sum + count, trouble.count),
      }]
      : []
  ).sort((a, b) => a.first - b.first);
}
