/** `matrix`: how several servers stand, requirement by requirement. */
import { dirname, join, relative, resolve } from "@std/path";
import { readRuns } from "../../reports/compare/read.ts";
import { matrixOf, type Source } from "../../reports/matrix/matrix.ts";
import { writeMatrix } from "../../reports/matrix/write.ts";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { UsageError } from "../record/usage_error.ts";
import { requireWritable } from "./writable.ts";

export interface MatrixCommand {
  /** The folder that holds `scenarios/`. */
  readonly root: string;
  /** Each a `report.json` of a check, or a folder with one. */
  readonly reports: readonly string[];
  readonly out: string;
}

/** Writes the page, the data and the badges; the paths written. */
export async function matrixCommand({ root, reports, out }: MatrixCommand): Promise<string[]> {
  const sources = (await Promise.all(reports.map((path) => sourcesOf(path, out)))).flat();
  const { requirements } = await loadCatalogue(root);
  await requireWritable({ out });
  return await writeMatrix(matrixOf(sources, requirements), out);
}

async function sourcesOf(path: string, out: string): Promise<Source[]> {
  const read = await readRuns(path);
  if (read.kind !== "check") {
    throw new UsageError(`${path} is the report of a ${read.kind}: a matrix is of checks`);
  }
  // Several runs in a folder have pages of their own, in folders that the reports do not name.
  const [only] = read.runs;
  const page = read.runs.length === 1 && only ? await pageOf(path, out) : undefined;
  return read.runs.map((report) => ({ report, ...(page === undefined ? {} : { page }) }));
}

/** The page beside a report, as a link from the matrix; undefined where there is none. */
async function pageOf(path: string, out: string): Promise<string | undefined> {
  const folder = path.endsWith(".json") ? dirname(path) : path;
  const page = join(folder, "report.html");
  const isThere = await Deno.stat(page).then(({ isFile }) => isFile, () => false);
  if (!isThere) return undefined;
  return relative(resolve(out), resolve(page)).split(/[\\/]/).map(encodeURIComponent).join("/");
}
