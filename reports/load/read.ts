/** Reads the `report.json` of a load run back, and tells it from the record of a check. */
import { TextLineStream } from "@std/streams";
import { z } from "zod";
import { decodeHistogram } from "../../suites/record/load/histogram.ts";
import { type LoadReport, loadReportSchema } from "../../suites/record/load/report.ts";
import { RecordError } from "../../suites/record/check/read.ts";
import { fileTrouble } from "../../suites/record/file_trouble.ts";

/**
 * Reads the load report at `path`.
 *
 * @throws {RecordError} when it is none, or one that this version cannot read.
 */
export async function readLoadReport(path: string): Promise<LoadReport> {
  const value = parsed(path, await Deno.readTextFile(path).catch(unreadable(path)));
  const kind = z.object({ kind: z.literal("load") }).safeParse(value);
  if (!kind.success) {
    throw new RecordError(
      `${path} is no report.json of a load run. What was checked is rendered again from its record.jsonl`,
    );
  }
  const report = loadReportSchema.safeParse(value);
  if (!report.success) {
    throw new RecordError(`${path} cannot be read:\n${z.prettifyError(report.error)}`);
  }
  assertHistograms(path, report.data);
  return report.data;
}

/**
 * Whether the file at `path` is the record of a check: JSON Lines, each of which says what it is.
 *
 * @throws {RecordError} when there is no such file.
 */
export async function isRecord(path: string): Promise<boolean> {
  const file = await Deno.open(path).catch(unreadable(path));
  const lines = file.readable.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  for await (const line of lines) {
    try {
      return z.object({ line: z.string() }).safeParse(JSON.parse(line)).success;
    } catch {
      return false;
    }
  }
  return false;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RecordError(
      `${path} is neither the record.jsonl of a check nor the report.json of a load run`,
      { cause },
    );
  }
}

function unreadable(path: string): (cause: Error) => never {
  return (cause) => {
    throw new RecordError(`${path} cannot be read: ${fileTrouble(cause)}`);
  };
}

/** The pages decode every histogram; a broken one is better told of by its name. */
function assertHistograms(path: string, { load: { measurements } }: LoadReport): void {
  const { phases, generator } = measurements;
  const named = [
    ["sendLag", generator.sendLag],
    ["schedulerDelay", generator.schedulerDelay],
    ...phases.flatMap(({ name, latencies }) =>
      Object.entries(latencies).map(([kind, text]) => [`${kind} of ${name}`, text] as const)
    ),
  ] as const;
  for (const [name, text] of named) {
    try {
      decodeHistogram(text);
    } catch (cause) {
      throw new RecordError(`${path} cannot be read: ${name} is no histogram`, { cause });
    }
  }
}
