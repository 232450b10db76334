/** The samples of a target, held against the seconds of the engine. */
import type { Resources, ResourceSample } from "../../../suites/record/load/resources.ts";
import type { Run } from "./run.ts";

/** Shared pages counted once where that is known: workers of one server share most of theirs. */
export function memoryOf({ process, container }: ResourceSample): number | undefined {
  return process?.pss ?? process?.rss ?? container?.rss;
}

/** Seconds from the start of the engine to the start of the sampling. */
export function aheadOf({ report }: Run, { startedAt }: Resources): number {
  return (Date.parse(startedAt) - Date.parse(report.load.measurements.startedAt)) / 1000;
}
