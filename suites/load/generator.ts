/** Whether the generator, and not the target, was measured: the bounds past which nobody can tell. */
import { duration, significant } from "../record/numbers.ts";
import type { Resources } from "../record/load/resources.ts";
import { cpuOf, generatorCpu } from "../record/load/cpu.ts";
import { decodeHistogram, quantileOf } from "../record/load/histogram.ts";

import type { LoadMeasurements } from "../record/load/measurements.ts";
import { latencyOf, measuredPhases } from "../record/load/phases.ts";

/** Of the slowest deliveries (p99), this share at most may be the generator's own delay… */
const SHARE = 0.1;
/** …unless it is no more (ms) than a frame or two of a screen. */
const NEGLIGIBLE_MS = 25;
/** A quantile of few is one of its outliers: at least so many must lie beyond it. */
const BEYOND = 10;
/** Of the cores that the target leaves, this share at most may be the generator's. */
const BUSY = 0.9;

/** Reasons, each with its figures and bound; none where the figures are the target's own. */
export function generatorBound(
  measurements: LoadMeasurements,
  resources: Resources | undefined,
  cores: number,
): string[] {
  const delivery = latencyOf(measuredPhases(measurements), "delivery");
  const allowed = Math.max(NEGLIGIBLE_MS, delivery ? SHARE * quantileOf(delivery, 0.99) / 1000 : 0);
  const own = (what: string, encoded: string) => {
    const histogram = decodeHistogram(encoded);
    const share = Math.min(0.99, 1 - BEYOND / histogram.totalCount);
    if (!(share > 0)) return [];
    const late = quantileOf(histogram, share) / 1000;
    return late > allowed
      ? [
        `${what} ${duration(late)} late at p${significant(share * 100)} (limit ${
          duration(allowed)
        })`,
      ]
      : [];
  };
  return [
    ...own("it sent events", measurements.generator.sendLag),
    ...own("its timers fired", measurements.generator.schedulerDelay),
    ...cpuBound(measurements, resources, cores),
  ];
}

function cpuBound(
  measurements: LoadMeasurements,
  resources: Resources | undefined,
  cores: number,
): string[] {
  const used = generatorCpu(measurements) ?? 0;
  const left = cores - (resources ? cpuOf(resources, measurements) ?? 0 : 0);
  return used > BUSY * left
    ? [`it used ${significant(used)} of the ${significant(left)} cores available to it`]
    : [];
}
