/** Writes the reports of a run from its record. */
import { join } from "@std/path";
import { htmlReport } from "./html/page.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { readRecord, type RunView } from "../../suites/record/check/read.ts";
import { writeFiles } from "../kit/write_files.ts";

/** Where reports go; the folder always gets `report.html` and `report.json`. */
export interface Destinations {
  readonly out: string;
  readonly json?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/**
 * Reads the record at `recordPath` and writes every report asked for, making folders as needed.
 *
 * @returns the paths written, and the run they tell of.
 * @throws {RecordError} when the record cannot be read; file system errors as Deno gives them.
 */
export async function writeReports(
  recordPath: string,
  { out, json, junit, markdown }: Destinations,
): Promise<{ readonly view: RunView; readonly written: readonly string[] }> {
  const view = await readRecord(recordPath);
  const asJson = jsonReport(view);
  const files = new Map([
    [join(out, "report.html"), htmlReport(view)],
    [join(out, "report.json"), asJson],
  ]);
  if (json !== undefined) files.set(json, asJson);
  if (junit !== undefined) files.set(junit, junitReport(view));
  if (markdown !== undefined) files.set(markdown, markdownReport(view));
  return { view, written: await writeFiles(files) };
}
