/** Words as the page writes them. */
import type { Verdict } from "../../../suites/record/verdict.ts";
import type { Requirement } from "../../../suites/record/requirement.ts";

/** Verdicts in the order a reader wants them: trouble first. */
export const VERDICTS_BY_GRAVITY: readonly Verdict[] = [
  "fail",
  "flaky",
  "late",
  "warn",
  "expected",
  "known",
  "blocked",
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
