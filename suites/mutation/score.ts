/** The mutation score: the part of the mutants that `check` notices, and how sure a sample makes it. */
import type { Finding, Status } from "./table.ts";

export interface Score {
  readonly counts: Readonly<Record<Status, number>>;
  /** Noticed by a must that says what is wrong; crashes, invalid ones, equivalents and texts left out. */
  readonly withoutCrashes: Share;
  /** The same, with crashes counted as noticed. */
  readonly withCrashes: Share;
  /** Without crashes, with what a should warned of, as `check --fail-on should` would. */
  readonly withShoulds: Share;
}

export interface Share {
  readonly of: number;
  readonly part: number;
  /** From 0 to 1; 1 of none. */
  readonly share: number;
  /** The 95 % interval of Wilson (1927), for a random sample. */
  readonly from: number;
  readonly to: number;
}

export function scoreOf(
  findings: readonly Pick<Finding, "status" | "requirement">[],
): Score {
  const count = (status: Status) => findings.filter((one) => one.status === status).length;
  const counts = {
    noticed: count("noticed"),
    crash: count("crash"),
    survived: count("survived"),
    uncovered: count("uncovered"),
    invalid: count("invalid"),
    equivalent: count("equivalent"),
    text: count("text"),
  };
  const { noticed, crash, survived, uncovered } = counts;
  const missed = survived + uncovered;
  const warned =
    findings.filter(({ status, requirement }) => status === "survived" && requirement !== undefined)
      .length;
  return {
    counts,
    withoutCrashes: shareOf(noticed, noticed + missed),
    withCrashes: shareOf(noticed + crash, noticed + crash + missed),
    withShoulds: shareOf(noticed + warned, noticed + missed),
  };
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959964;

export function shareOf(part: number, of: number): Share {
  if (of === 0) return { of, part, share: 1, from: 0, to: 1 };
  const share = part / of;
  const middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of);
  const half = Z / (1 + Z * Z / of) * Math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of));
  return { of, part, share, from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
}
