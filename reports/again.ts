/** `report`: renders again what an earlier run left, a check's record, load runs' or a capacity's reports. */
import { readCapacityReport } from "./capacity/read.ts";
import { RecordError } from "../suites/record/check/read.ts";
import { isRecord, readLoadReport } from "./load/read.ts";
import { writeReports } from "./check/views.ts";
import { type Destinations, writeViews } from "./kit/views.ts";
import { writeCapacityReport } from "./capacity/views.ts";
import { OVERLAY_VIEWS, writeLoadReport } from "./load/views.ts";

/**
 * Renders the record of one check, the report of one capacity, or the reports of one or several load
 * runs; several are laid over each other on one page.
 *
 * @returns the paths written.
 * @throws {RecordError} when a file is neither, or they do not go together.
 * @throws {UsageError} when a form is asked for that there is not.
 */
export async function writeAgain(
  paths: readonly string[],
  destinations: Destinations,
): Promise<readonly string[]> {
  const [first, ...others] = paths;
  if (first === undefined) return [];
  if (await isRecord(first)) {
    if (others.length > 0) {
      throw new RecordError(
        `${first} is the record of a check, which is rendered alone; several files are laid over each other only where all are report.json of load runs`,
      );
    }
    return (await writeReports(first, destinations)).written;
  }
  const capacity = await readCapacityReport(first);
  if (capacity) {
    if (others.length > 0) {
      throw new RecordError(`${first} is the report of a capacity, which is rendered alone`);
    }
    return await writeCapacityReport(capacity, destinations);
  }
  const reports = [];
  for (const path of paths) reports.push(await readLoadReport(path));
  const [only, second] = reports;
  if (only && !second) return await writeLoadReport(only, destinations);
  return await writeViews("an overlay of load runs", reports, OVERLAY_VIEWS, destinations);
}
