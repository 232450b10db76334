/** Where reports go is tried before anything runs: a run of minutes must not end with nothing to show. */
import { dirname } from "@std/path";
import { type Destinations, STANDARD_OUTPUT, VIEW_OPTIONS } from "../../reports/kit/views.ts";
import { UsageError } from "../record/usage_error.ts";
import { fileTrouble } from "../record/file_trouble.ts";

/** Makes the folders. Throws `UsageError` where nothing can be written. */
export async function requireWritable(destinations: Destinations): Promise<void> {
  await folder("--out", destinations.out);
  for (const option of VIEW_OPTIONS) {
    const path = destinations[option];
    if (path === undefined || path === STANDARD_OUTPUT) continue;
    await requireWritableFile(`--${option}`, path);
  }
}

async function folder(option: string, path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: path, prefix: ".plumbline-" }));
  } catch (cause) {
    throw cannotWrite(`${option}: nothing can be written in ${path}`, cause);
  }
}

/** Makes the folder of a file. Throws `UsageError` where it cannot be written. */
export async function requireWritableFile(option: string, path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isDirectory) {
    throw new UsageError(
      `${option}: ${path} is a folder; name a file in it`,
      "PLB_CANNOT_WRITE",
    );
  }
  if (!found) return await folder(option, dirname(path));
  try {
    (await Deno.open(path, { write: true })).close();
  } catch (cause) {
    throw cannotWrite(`${option}: ${path} cannot be written`, cause);
  }
}

function cannotWrite(what: string, cause: unknown): UsageError {
  return new UsageError(`${what}: ${fileTrouble(cause)}`, "PLB_CANNOT_WRITE", { cause });
}
