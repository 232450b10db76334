/** Reads what is compared: a `report.json`, or a folder with those of several runs. */
import { join } from "@std/path";
import { z } from "zod";
import { RecordError } from "../../suites/record/check/read.ts";
import type { CapacityReport } from "../../suites/record/capacity/report.ts";
import type { LoadReport } from "../../suites/record/load/report.ts";
import { readCapacityReport } from "../capacity/read.ts";
import { type Report, reportSchema } from "../check/json.ts";
import { readLoadReport } from "../load/read.ts";
import { fileTrouble } from "../../suites/record/file_trouble.ts";

/** The runs of one side, all of one kind. */
export type Runs =
  | { readonly kind: "check"; readonly runs: readonly Report[] }
  | { readonly kind: "load"; readonly runs: readonly LoadReport[] }
  | { readonly kind: "capacity"; readonly runs: readonly CapacityReport[] };

type Read =
  | { readonly kind: "check"; readonly run: Report }
  | { readonly kind: "load"; readonly run: LoadReport }
  | { readonly kind: "capacity"; readonly run: CapacityReport };

/**
 * Reads one side.
 *
 * @param path A `report.json`, or a folder: its own `report.json`, or those of the folders in it.
 * @throws {RecordError} when there is none, one cannot be read, or they are of different kinds.
 */
export async function readRuns(path: string): Promise<Runs> {
  const read = await Promise.all((await reportsIn(path)).map(readReport));
  const checks = read.flatMap((one) => one.kind === "check" ? [one.run] : []);
  const loads = read.flatMap((one) => one.kind === "load" ? [one.run] : []);
  const capacities = read.flatMap((one) => one.kind === "capacity" ? [one.run] : []);
  if (checks.length === read.length) return { kind: "check", runs: checks };
  if (loads.length === read.length) return { kind: "load", runs: loads };
  if (capacities.length === read.length) return { kind: "capacity", runs: capacities };
  throw new RecordError(`${path} holds reports of different kinds: name the folder of one`);
}

async function reportsIn(path: string): Promise<string[]> {
  const found = await Deno.stat(path).catch((cause: Error) => {
    throw new RecordError(`${path} cannot be read: ${fileTrouble(cause)}`);
  });
  if (!found.isDirectory) return [path];
  const own = join(path, "report.json");
  if (await isFile(own)) return [own];
  const paths: string[] = [];
  for await (const { name } of Deno.readDir(path)) {
    const report = join(path, name, "report.json");
    if (await isFile(report)) paths.push(report);
  }
  if (paths.length === 0) throw new RecordError(`${path} holds no report.json`);
  return paths.sort();
}

const isFile = (path: string) => Deno.stat(path).then((it) => it.isFile, () => false);

async function readReport(path: string): Promise<Read> {
  const text = await Deno.readTextFile(path).catch((cause: Error) => {
    throw new RecordError(`${path} cannot be read: ${fileTrouble(cause)}`);
  });
  const kind = kindOf(path, text);
  if (kind === "load") return { kind, run: await readLoadReport(path) };
  const capacity = kind === "capacity" ? await readCapacityReport(path) : undefined;
  if (capacity) return { kind: "capacity", run: capacity };
  const report = reportSchema.safeParse(JSON.parse(text));
  if (report.success) return { kind: "check", run: report.data };
  throw new RecordError(
    `${path} is no report.json that this version reads:\n${z.prettifyError(report.error)}`,
  );
}

/** What the report says it is; that of a check says nothing. */
function kindOf(path: string, text: string): string | undefined {
  try {
    return z.looseObject({ kind: z.string().optional() }).parse(JSON.parse(text)).kind;
  } catch (cause) {
    throw new RecordError(`${path} is no report.json: name that, or a folder with it`, { cause });
  }
}
