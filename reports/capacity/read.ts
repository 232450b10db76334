/** Reads the `report.json` of a search for a capacity back. */
import { z } from "zod";
import { type CapacityReport, capacityReportSchema } from "../../suites/record/capacity/report.ts";
import { RecordError } from "../../suites/record/check/read.ts";

/**
 * Reads the capacity report at `path`; `undefined` where it is something else.
 *
 * @throws {RecordError} when it is one that this version cannot read.
 */
export async function readCapacityReport(path: string): Promise<CapacityReport | undefined> {
  const value = await parsed(path);
  if (!z.object({ kind: z.literal("capacity") }).safeParse(value).success) return undefined;
  const report = capacityReportSchema.safeParse(value);
  if (report.success) return report.data;
  throw new RecordError(`${path} cannot be read:\n${z.prettifyError(report.error)}`);
}

async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined; // whoever reads it as what else it may be says what is wrong with it
  }
}
