/** The views of a search for a capacity. */
import { type CapacityReport, capacityReportSchema } from "../../suites/record/capacity/report.ts";
import { type Destinations, type View, writeViews } from "../kit/views.ts";
import { capacityPage } from "./html/page.ts";
import { jsonText } from "../../suites/record/json_text.ts";

export const CAPACITY_VIEWS: readonly View<CapacityReport>[] = [
  { file: "report.html", render: capacityPage },
  {
    option: "json",
    file: "report.json",
    render: (report) => `${jsonText(capacityReportSchema.parse(report), 2)}\n`,
  },
];

/**
 * Writes every view asked for.
 *
 * @returns the paths written.
 * @throws {UsageError} when it is asked for in a form that there is not.
 */
export function writeCapacityReport(
  report: CapacityReport,
  destinations: Destinations,
): Promise<string[]> {
  return writeViews("a capacity", report, CAPACITY_VIEWS, destinations);
}
