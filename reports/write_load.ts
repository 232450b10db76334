/** Writes the reports of a load run. */
import { dirname, join } from "@std/path";
import { type LoadReport, loadReportSchema } from "./load_report.ts";

export interface LoadDestinations {
  readonly out: string;
  readonly json?: string;
}

/** Writes `report.json` into `out`, and where else it was asked for. Returns the paths. */
export async function writeLoadReport(
  report: LoadReport,
  { out, json }: LoadDestinations,
): Promise<string[]> {
  const text = `${JSON.stringify(loadReportSchema.parse(report), null, 2)}\n`;
  const files = new Map([[join(out, "report.json"), text]]);
  if (json !== undefined) files.set(json, text);
  for (const [path, content] of files) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, content);
  }
  return [...files.keys()];
}
