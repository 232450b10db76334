/** Who used the cores through the measured phases of a plan, on average. */
import { mean } from "simple-statistics";
import { significant } from "../numbers.ts";
import type { Resources, ResourceSample } from "./resources.ts";
import type { LoadMeasurements } from "./measurements.ts";
import { timesOf } from "./phases.ts";

/** Of the machine's cores, so many in others' hands are worth a word… */
const CROWD = 0.25;
/** …where no more than so many are left. */
const FREE = 0.1;

/** Cores that the target used; undefined where that was not sampled. */
export function cpuOf(resources: Resources, measurements: LoadMeasurements): number | undefined {
  return sampled(
    resources,
    measurements,
    ({ process, container }) => process?.cpu ?? container?.cpu,
  );
}

/** Cores that the generator used; undefined of a run shorter than a second. */
export function generatorCpu(measurements: LoadMeasurements): number | undefined {
  const phases = measured(measurements);
  // Whole seconds within the phases: the ramp's connecting is not what is measured here.
  return average(
    measurements.intervals.filter(({ second }) =>
      phases.some(({ from, to }) => from <= second && second + 1 <= to)
    ).map(({ cpu }) => cpu),
  );
}

/** Microseconds of the target's CPU for each delivery; undefined where it was not sampled. */
export function cpuPerDelivery(
  resources: Resources,
  measurements: LoadMeasurements,
): number | undefined {
  const cores = cpuOf(resources, measurements);
  const phases = measured(measurements);
  const delivered = phases.reduce((sum, { counts }) => sum + counts.delivered, 0);
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  return cores === undefined || delivered === 0 ? undefined : 1e6 * cores * seconds / delivered;
}

/** Says so where other programs had the machine that generator and target share. */
export function crowd(
  resources: Resources,
  measurements: LoadMeasurements,
  cores: number,
): string | undefined {
  const host = sampled(resources, measurements, (sample) => sample.host?.cpu);
  const target = cpuOf(resources, measurements);
  const generator = generatorCpu(measurements);
  if (host === undefined || target === undefined || generator === undefined) return undefined;
  const others = host - target - generator;
  return others > CROWD * cores && host > (1 - FREE) * cores
    ? `other programs used ${
      significant(others)
    } of this machine's ${cores} cores, which affects the figures`
    : undefined;
}

const measured = (measurements: LoadMeasurements) =>
  timesOf(measurements).slice(1).filter((phase) => phase.measured);

/** The samples that tell of the measured phases after the ramp. */
export function underLoad(
  { startedAt, samples }: Resources,
  measurements: LoadMeasurements,
): ResourceSample[] {
  const offset = (Date.parse(startedAt) - Date.parse(measurements.startedAt)) / 1000;
  const phases = measured(measurements);
  return samples.filter((sample) => {
    const at = sample.at + offset;
    // A sample tells of the second before it.
    return phases.some(({ from, to }) => from + 1 <= at && at <= to);
  });
}

const sampled = (
  resources: Resources,
  measurements: LoadMeasurements,
  cpu: (sample: ResourceSample) => number | undefined,
) => average(underLoad(resources, measurements).flatMap((sample) => cpu(sample) ?? []));

const average = (values: readonly number[]) => values.length > 0 ? mean([...values]) : undefined;
