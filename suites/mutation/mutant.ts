/** One small change of the source, and the name it keeps while the lines around it move. */
import { encodeHex } from "@std/encoding";

export interface Mutant {
  /** What the instrumented copy knows it by; another one after each instrumentation. */
  readonly id: string;
  /** The same for as long as the changed text and its statement's first line stay the same. */
  readonly hash: string;
  /** From the project's folder. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** The kind of change, as Stryker names it. */
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
}

/** A position as Stryker gives it: both from zero. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mutant as the instrumenter gives it. */
export interface RawMutant {
  readonly id: string;
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Characters of a hash: of a million mutants, two would share one with a chance of 1 to 500. */
const HASH_DIGITS = 12;

/**
 * Gives the mutants of one file their hashes: of the file's path, the mutator, the text before and
 * after, the line it stands on, and the line before. Equal ones are numbered in their order.
 */
export async function nameMutants(
  raw: readonly RawMutant[],
  file: string,
  source: string,
): Promise<Mutant[]> {
  const lines = source.split("\n");
  const seen = new Map<string, number>();
  return await Promise.all(raw.map(async ({ id, mutatorName, replacement, location }) => {
    const { start, end } = location;
    const original = textBetween(lines, start, end);
    const context = [...lines.slice(0, start.line + 1)].filter((line) => line.trim() !== "")
      .slice(-2).map((line) => line.trim());
    const key = [file, mutatorName, original, replacement, ...context].join("\0");
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const hash = await digest(`${key}\0${nth}`);
    return { id, hash, file, line: start.line + 1, mutator: mutatorName, original, replacement };
  }));
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  return lines.slice(start.line, end.line + 1).map((line, at, all) =>
    line.slice(at === 0 ? start.column : 0, at === all.length - 1 ? end.column : undefined)
  ).join("\n");
}

/** A short SHA-256 of a text. */
export async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return encodeHex(new Uint8Array(bytes)).slice(0, HASH_DIGITS);
}
