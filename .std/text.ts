/** `@std/text` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/text/mod.js";

interface Text {
  closestString(
    givenWord: string,
    possibleWords: ReadonlyArray<string>,
    options?: { caseSensitive?: boolean },
  ): string;
  levenshteinDistance(a: string, b: string): number;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Text;

export const closestString: Text["closestString"] = typed.closestString;
export const levenshteinDistance: Text["levenshteinDistance"] = typed.levenshteinDistance;
