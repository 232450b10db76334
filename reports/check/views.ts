/** The views of a check, made from its record. */
import { readRecord, type RunView } from "../../suites/record/check/read.ts";
import { type Destinations, type View, writeViews } from "../kit/views.ts";
import { annotations } from "./annotations.ts";
import { htmlReport } from "./html/page.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";

export const CHECK_VIEWS: readonly View<RunView>[] = [
  { file: "report.html", render: htmlReport },
  { option: "json", file: "report.json", render: jsonReport },
  { option: "junit", render: junitReport },
  { option: "markdown", render: markdownReport },
  { option: "annotations", render: annotations },
];

/**
 * Reads the record at `recordPath` and writes every view asked for, making folders as needed.
 *
 * @returns the paths written, and the run they show.
 * @throws {RecordError} when the record cannot be read; file system errors as Deno gives them.
 */
export async function writeReports(
  recordPath: string,
  destinations: Destinations,
): Promise<{ readonly view: RunView; readonly written: readonly string[] }> {
  const view = await readRecord(recordPath);
  return { view, written: await writeViews("a check", view, CHECK_VIEWS, destinations) };
}
