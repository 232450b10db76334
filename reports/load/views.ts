/** Writes the reports of a load run. */
import { join } from "@std/path";
import { loadPage } from "./html/page.ts";
import { loadJunit } from "./junit.ts";
import { loadMarkdown } from "./markdown.ts";
import { type LoadReport, loadReportSchema } from "../../suites/record/load/report.ts";
import type { Destinations } from "../check/views.ts";
import { writeFiles } from "../kit/write_files.ts";

/** Writes `report.html` and `report.json` into `out`, and what else was asked for. Returns the paths. */
export async function writeLoadReport(
  report: LoadReport,
  { out, json, junit, markdown }: Destinations,
): Promise<string[]> {
  const asJson = `${JSON.stringify(loadReportSchema.parse(report), null, 2)}\n`;
  const files = new Map([
    [join(out, "report.html"), loadPage([report])],
    [join(out, "report.json"), asJson],
  ]);
  if (json !== undefined) files.set(json, asJson);
  if (junit !== undefined) files.set(junit, loadJunit(report));
  if (markdown !== undefined) files.set(markdown, loadMarkdown(report));
  return await writeFiles(files);
}
