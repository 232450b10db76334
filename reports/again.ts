/** `report`: renders again what an earlier run left, a check's record, load runs' or a capacity's reports. */
import { join } from "@std/path";
import { loadPage } from "./load/html/page.ts";
import { readCapacityReport } from "./capacity/read.ts";
import { RecordError } from "../suites/record/check/read.ts";
import { isRecord, readLoadReport } from "./load/read.ts";
import { type Destinations, writeReports } from "./check/views.ts";
import { writeCapacityReport } from "./capacity/views.ts";
import { writeFiles } from "./kit/write_files.ts";
import { writeLoadReport } from "./load/views.ts";

/**
 * Renders the record of one check, the report of one capacity, or the reports of one or several load runs; several are laid
 * over each other on one page.
 *
 * @returns the paths written.
 * @throws {RecordError} when a file is neither, or they do not go together.
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
  if (destinations.json ?? destinations.junit ?? destinations.markdown) {
    throw new RecordError(
      "several load runs are laid over each other on a page only: leave out --json, --junit and --markdown, or give one report.json",
    );
  }
  return await writeFiles(new Map([[join(destinations.out, "report.html"), loadPage(reports)]]));
}
