/** Writes a matrix: its page, its data, and the badges. */
import { join } from "@std/path";
import { badgesOf } from "./badges.ts";
import type { Matrix } from "./matrix.ts";
import { matrixPage } from "./page.ts";
import { jsonText } from "../../suites/record/json_text.ts";

/** Writes into the folder, which is made; the paths written. */
export async function writeMatrix(matrix: Matrix, out: string): Promise<string[]> {
  const badges = matrix.servers.flatMap(badgesOf);
  const files: readonly (readonly [string, string])[] = [
    ["matrix.html", matrixPage(matrix)],
    ["matrix.json", `${jsonText(matrix, 2)}\n`],
    ...badges.map(({ file, svg }) => [join("badges", file), `${svg}\n`] as const),
  ];
  await Deno.mkdir(join(out, "badges"), { recursive: true });
  for (const [file, text] of files) await Deno.writeTextFile(join(out, file), text);
  return files.map(([file]) => join(out, file));
}
