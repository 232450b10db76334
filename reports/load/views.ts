/** The views of a load run, and of several laid over each other. */
import { type LoadReport, loadReportSchema } from "../../suites/record/load/report.ts";
import { type Destinations, type View, writeViews } from "../kit/views.ts";
import { loadPage } from "./html/page.ts";
import { loadJunit } from "./junit.ts";
import { loadMarkdown } from "./markdown.ts";
import { jsonText } from "../../suites/record/json_text.ts";

export const LOAD_VIEWS: readonly View<LoadReport>[] = [
  { file: "report.html", render: (report) => loadPage([report]) },
  {
    option: "json",
    file: "report.json",
    render: (report) => `${jsonText(loadReportSchema.parse(report), 2)}\n`,
  },
  { option: "junit", render: loadJunit },
  { option: "markdown", render: loadMarkdown },
];

/** Several runs are laid over each other on a page only. */
export const OVERLAY_VIEWS: readonly View<readonly LoadReport[]>[] = [
  { file: "report.html", render: loadPage },
];

/** Writes every view asked for. Returns the paths. */
export function writeLoadReport(
  report: LoadReport,
  destinations: Destinations,
): Promise<string[]> {
  return writeViews("a load run", report, LOAD_VIEWS, destinations);
}
