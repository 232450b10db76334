/** Writes the report of a search for a capacity. */
import { join } from "@std/path";
import { type CapacityReport, capacityReportSchema } from "./capacity_report.ts";
import { capacityPage } from "./html/capacity/page.ts";
import { writeFiles } from "./write_files.ts";

/** Writes `report.html` and `report.json` into `out`, and where else it was asked for. Returns the paths. */
export async function writeCapacityReport(
  report: CapacityReport,
  { out, json }: { readonly out: string; readonly json?: string },
): Promise<string[]> {
  const text = `${JSON.stringify(capacityReportSchema.parse(report), null, 2)}\n`;
  return await writeFiles(
    new Map([
      [join(out, "report.html"), capacityPage(report)],
      [join(out, "report.json"), text],
      ...(json === undefined ? [] : [[json, text] as const]),
    ]),
  );
}
