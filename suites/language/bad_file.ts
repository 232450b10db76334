/** A file the user wrote and Plumbline cannot use: always with file, line, column and what to do. */
import { PlumblineError } from "../record/errors.ts";
import { closestString, levenshteinDistance } from "@std/text";
import { type Document, isMap, isScalar, type LineCounter } from "yaml";
import type { z } from "zod";

/** One thing wrong in one place. Lines and columns count from one. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was found and what was expected. */
  readonly message: string;
}

/** Thrown by every parser of user files; the command line turns it into exit code 2. */
export class BadFile extends PlumblineError {
  override readonly name = "BadFile";
  constructor(readonly problems: readonly Problem[]) {
    super(
      "PLB_BAD_FILE",
      problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.message}`).join("\n"),
    );
  }
}

/** `" Did you mean \"receives\"?"` when a known word is near, otherwise nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closestString(word, known);
  const near = levenshteinDistance(word, nearest) <= Math.max(2, Math.floor(word.length / 3));
  return near ? ` Did you mean "${nearest}"?` : ` Known here: ${known.join(", ")}.`;
}

/** A YAML document with the means to say where in the file a path of keys stands. */
export interface Source {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly text: string;
}

/** Where `path` stands in the file; the nearest parent that exists when it does not. */
export function position(
  source: Source,
  path: readonly PropertyKey[],
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    // With `keepScalar`, getIn gives nodes, which carry their range.
    const node = source.document.getIn(path.slice(0, length), true) as {
      range?: [number, number, number];
    } | undefined;
    if (node?.range) {
      const { line, col } = source.lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

/** Where the key itself stands, not its value. */
function keyPosition(
  source: Source,
  path: readonly PropertyKey[],
  key: string,
): { line: number; column: number } {
  const map = source.document.getIn(path, true);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  if (!pair || !isScalar(pair.key) || !pair.key.range) return position(source, path);
  const { line, col } = source.lines.linePos(pair.key.range[0]);
  return { line, column: col };
}

/** Turns zod's issues into problems with positions and the nearest right word for a misspelt key. */
export function problemsOf(
  source: Source,
  error: z.ZodError,
  base: readonly PropertyKey[],
  knownKeys: (path: readonly PropertyKey[]) => readonly string[] = () => [],
): Problem[] {
  // A misspelt key first: the key it was meant to be is missing because of it.
  const issues = error.issues.toSorted((a, b) =>
    Number(b.code === "unrecognized_keys") - Number(a.code === "unrecognized_keys")
  );
  return issues.map((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const key = issue.keys[0] ?? "";
      const at = keyPosition(source, path, key);
      return {
        file: source.file,
        ...at,
        message: `unknown key "${key}".${didYouMean(key, knownKeys(issue.path))}`,
      };
    }
    const name = issue.path.length > 0 ? `${issue.path.map(String).join(".")}: ` : "";
    const isMissing = issue.path.length > 0 && !source.document.hasIn(path);
    const message = isMissing ? missing(issue) : issue.message;
    return { file: source.file, ...position(source, path), message: `${name}${message}` };
  });
}

/** What is said of a key that is not there: what it would have to be. */
function missing(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `it is missing; expected ${issue.expected}`;
    case "invalid_value":
      return `it is missing; expected one of ${issue.values.map(String).join(", ")}`;
    default:
      return issue.message;
  }
}
