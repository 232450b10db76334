/** Puts texts into files, making folders as needed. */
import { dirname } from "@std/path";

/** Returns the paths; throws file system errors as Deno gives them. */
export async function writeFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  return [...files.keys()];
}
