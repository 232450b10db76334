/** Words and numbers as the page writes them. */
import type { Verdict } from "../../../suites/record/verdict.ts";
import type { Requirement } from "../../../suites/record/requirement.ts";

/** Verdicts in the order a reader wants them: trouble first. */
export const VERDICTS_BY_GRAVITY: readonly Verdict[] = [
  "fail",
  "warn",
  "known",
  "skip",
  "info",
  "pass",
];

export const BASIS_WORDS: Readonly<Record<Requirement["basis"], string>> = {
  E: "stated with an RFC 2119 keyword",
  D: "stated in the documents",
  O: "the official libraries depend on it",
  X: "any sane server has it",
};

/** `12 ms`, `1.2 s`, `3 min 20 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** `5 kB`, `1.2 MB`, with decimal prefixes; bytes below a thousand as they are. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `1 scenario`, `2 scenarios`. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
