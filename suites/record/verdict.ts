/** The words a verdict is made of, from the mildest to the gravest. */

/**
 * - `pass`: the requirement was judged and held.
 * - `info`: recorded, never scored (MAY and INFO rows, ambiguities, `live?` rows).
 * - `skip`: the target file gave no means to test it; the message names the key to add.
 * - `known`: it failed, and the target file lists it with a reason.
 * - `warn`: a SHOULD, or a hosted quota the target does not claim, did not hold.
 * - `fail`: a MUST did not hold, or the server's own behaviour made it untestable.
 */
export const VERDICTS = ["pass", "info", "skip", "known", "warn", "fail"] as const;
export type Verdict = typeof VERDICTS[number];

/** Where a failure comes from: a wrong server, a setting, or a feature that is not there. */
export type Cause = "implementation" | "configuration" | "absent feature";

/** How strongly a requirement binds: RFC 2119's words, as the catalogue states them. */
export type Level = "must" | "should" | "may" | "info";

/** One requirement judged once. */
export interface CheckResult {
  readonly requirement: string;
  readonly level: Level;
  readonly verdict: Verdict;
  /** Present on `fail`, `warn` and `known`. */
  readonly cause?: Cause;
  /** What was expected and what was seen, in one or two sentences. */
  readonly message: string;
  /** Index of the step that carries the check; -1 for the run-wide audit. */
  readonly step: number;
  /** Sequence numbers of the events that show it. */
  readonly quotes: readonly number[];
}

/** One scenario judged. */
export interface CaseResult {
  readonly id: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly checks: readonly CheckResult[];
}

/** The gravest of several verdicts; `pass` of none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let gravest = 0;
  for (const verdict of verdicts) gravest = Math.max(gravest, VERDICTS.indexOf(verdict));
  return VERDICTS[gravest] ?? "pass";
}
