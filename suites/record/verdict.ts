/** The words a verdict is made of, and what a check says beside its verdict. */

/**
 * Verdicts of a check, from the mildest to the gravest (`docs/verdicts.md`):
 *
 * - `pass`: the question was put and the answer fits.
 * - `info`: recorded, never scored (MAY and INFO rows, ambiguities, `live?` rows).
 * - `skip`: the target file gives no means to test it; the message names the key to add.
 * - `blocked`: the question could not be put; `blockedBy` says what kept it from being put.
 * - `known`: it failed, and the target file lists it with a reason.
 * - `expected`: it failed, and the user's baseline lists it.
 * - `warn`: a SHOULD, or a hosted quota the target does not claim, did not hold.
 * - `late`: missing at its deadline, then arrived while the scenario's sockets were held.
 * - `flaky`: it failed and then passed, with nothing outside to explain it.
 * - `fail`: the question was put, and what came, or provably did not come, breaks a MUST.
 */
export const VERDICTS = [
  "pass",
  "info",
  "skip",
  "blocked",
  "known",
  "expected",
  "warn",
  "late",
  "flaky",
  "fail",
] as const;
export type Verdict = typeof VERDICTS[number];

/** Verdicts that say that something is wrong; each belongs to a cause. */
export const ACCUSATIONS: ReadonlySet<Verdict> = new Set<Verdict>([
  "known",
  "expected",
  "warn",
  "late",
  "flaky",
  "fail",
]);

/** Where a failure comes from: a wrong server, a setting, or a feature that is not there. */
export type Cause = "implementation" | "configuration" | "absent feature";

/** How strongly a requirement binds: RFC 2119's words, as the catalogue states them. */
export type Level = "must" | "should" | "may" | "info";

/** Reasons outside the server under test for which a question could not be put. */
export const OUTSIDE_REASONS = [
  "rate-limited",
  "target-down",
  "machine-stalled",
  "line-cut",
  "evidence-cut",
  "fence-lost",
  "file-mismatch",
  "unrecorded",
] as const;
export type OutsideReason = typeof OUTSIDE_REASONS[number];

/** What kept a question from being put. */
export type BlockedBy =
  /** A check that did not pass. */
  | {
    readonly kind: "cause";
    readonly requirement: string;
    /** The scenario in which the requirement was judged. */
    readonly case: string;
    /** The step whose check it is; -1 for one without a step. */
    readonly step: number;
  }
  /** Something that is not the server's doing; `unrecorded` where nothing tells what. */
  | { readonly kind: "outside"; readonly reason: OutsideReason };

/** A scenario that ran again: why, and what it had come to. */
export interface SecondChance {
  readonly reason: OutsideReason;
  readonly verdict: Verdict;
}

/** One requirement judged once. */
export interface CheckResult {
  readonly requirement: string;
  readonly level: Level;
  readonly verdict: Verdict;
  /** Present where something is wrong. */
  readonly cause?: Cause;
  /** What differs, short and the same in every run: "closed with 1006", "HTTP 400", "nothing came". */
  readonly observation?: string;
  /**
   * No check of the scenario asked for it: it was taken for granted, or the model found it. Another
   * run may show it in another one.
   */
  readonly isUnasked?: true;
  /** What the target file does not give; present on `skip`. */
  readonly want?: string;
  /** Present on `blocked`, once the run has ended. */
  readonly blockedBy?: BlockedBy;
  /** Why the baseline expects it to fail; present on `expected`. */
  readonly reason?: string;
  /**
   * The requirement that kept this from being judged when the baseline was written, and holds now;
   * present where nothing expected the failure that its fix uncovers.
   */
  readonly uncoveredBy?: string;
  /** How long after its deadline it came, in milliseconds; present on `late`. */
  readonly lateMs?: number;
  /** What was expected and what was seen, in one or two sentences. */
  readonly message: string;
  /** Index of the step that carries the check; -1 for the model's and the run's own. */
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
  /** Present where the scenario ran more than once. */
  readonly secondChances?: readonly SecondChance[];
}

/** The gravest of several verdicts; `pass` of none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let gravest = 0;
  for (const verdict of verdicts) gravest = Math.max(gravest, VERDICTS.indexOf(verdict));
  return VERDICTS[gravest] ?? "pass";
}

/** The verdict of a scenario: the gravest of its checks. What merely informs does not colour one that was judged. */
export function verdictOf(checks: readonly Pick<CheckResult, "verdict">[]): Verdict {
  const judged = checks.map(({ verdict }) => verdict).filter((verdict) => verdict !== "info");
  return judged.length === 0 && checks.length > 0 ? "info" : worst(judged);
}
