/** Writes the report of a search for a capacity. */
import { join } from "@std/path";
import { type CapacityReport, capacityReportSchema } from "../../suites/record/capacity/report.ts";
import { capacityPage } from "./html/page.ts";
import { RecordError } from "../../suites/record/check/read.ts";
import type { Destinations } from "../check/views.ts";
import { writeFiles } from "../kit/write_files.ts";

/**
 * Writes `report.html` and `report.json` into `out`, and where else it was asked for.
 *
 * @returns the paths written.
 * @throws {RecordError} when it is asked for in a form that there is not.
 */
export async function writeCapacityReport(
  report: CapacityReport,
  { out, json, junit, markdown }: Destinations,
): Promise<string[]> {
  if (junit ?? markdown) {
    throw new RecordError(
      "a capacity is written as a page and as JSON: leave out --junit and --markdown",
    );
  }
  const text = `${JSON.stringify(capacityReportSchema.parse(report), null, 2)}\n`;
  return await writeFiles(
    new Map([
      [join(out, "report.html"), capacityPage(report)],
      [join(out, "report.json"), text],
      ...(json === undefined ? [] : [[json, text] as const]),
    ]),
  );
}
