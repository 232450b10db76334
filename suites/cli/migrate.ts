/** `migrate`: rewrites files of an earlier vocabulary in place. */
import { readSource } from "../language/source.ts";
import { migrated } from "../language/migrate.ts";

/** Rewrites each file that is old; says of each what became of it. Throws `BadFile` for what is no YAML. */
export async function migrateFiles(files: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(file);
    const now = migrated(readSource(file, text));
    if (now !== text) await Deno.writeTextFile(file, now);
    lines.push(`${file}: ${now === text ? "is as it should be" : "rewritten"}`);
  }
  return `${lines.join("\n")}\n`;
}
