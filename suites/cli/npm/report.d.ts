/**
 * `report.json`, as TypeScript. It stands alone, so that nobody needs Plumbline's own libraries to
 * read it; report_test.ts holds it against the schema that every report is checked by.
 */

export type Verdict =
  | "pass"
  | "info"
  | "skip"
  | "blocked"
  | "known"
  | "expected"
  | "warn"
  | "late"
  | "flaky"
  | "fail";

export type Level = "must" | "should" | "may" | "info";

/** Where a failure comes from: a wrong server, a setting, or a feature that is not there. */
export type Kind = "implementation" | "configuration" | "absent feature";

/** Why a question could not be put, where the server is not the cause. */
export type OutsideReason =
  | "rate-limited"
  | "target-down"
  | "machine-stalled"
  | "line-cut"
  | "evidence-cut"
  | "fence-lost"
  | "file-mismatch"
  | "unrecorded";

/** Which check of which case. */
export interface Placed {
  case: string;
  requirement: string;
  step: number;
}

/** The question that one step of a case puts. */
export interface Check {
  requirement: string;
  level: Level;
  verdict: Verdict;
  cause?: Kind | undefined;
  observation?: string | undefined;
  isUnasked?: true | undefined;
  blockedBy?:
    | { kind: "cause"; requirement: string; case: string; step: number }
    | { kind: "outside"; reason: OutsideReason }
    | undefined;
  /** On `expected`: why the baseline expects it. */
  reason?: string | undefined;
  /** On a new failure: the requirement that kept it from being judged, and now holds. */
  uncoveredBy?: string | undefined;
  lateMs?: number | undefined;
  /** On `skip`: what the target file does not give. */
  want?: string | undefined;
  /** What was expected and what was seen. */
  message: string;
}

/** What went wrong, once, whatever number of checks show it. */
export interface Cause {
  requirement: string;
  level: Level;
  verdict: Verdict;
  observation: string;
  kind: Kind;
  message: string;
  evidence: Placed[];
  blocks: Placed[];
}

/** A scenario that ran. */
export interface Case {
  id: string;
  suite: string;
  title: string;
  verdict: Verdict;
  durationMs: number;
  secondChances?: { reason: OutsideReason; verdict: Verdict }[] | undefined;
  checks: Check[];
}

/** All but `of` add up to `of`. */
export interface Score {
  passed: number;
  partlyBlocked: number;
  flaky: number;
  late: number;
  expected: number;
  blocked: number;
  failed: number;
  warned: number;
  known: number;
  notOffered: number;
  skipped: number;
  untested: number;
  of: number;
}

export type Feature =
  | "channels"
  | "channelInfo"
  | "emptyChannelInfo"
  | "channelUsers"
  | "userCounts"
  | "subscriptionCounts"
  | "events"
  | "publishInfo"
  | "batchEvents"
  | "privateChannels"
  | "presenceChannels"
  | "encryptedChannels"
  | "cacheChannels"
  | "countEvents"
  | "clientEvents"
  | "signIn"
  | "userEvents"
  | "watchlist"
  | "terminateConnections";

/** What the target was found to offer before the run. */
export interface Probed {
  features: Record<
    Feature,
    { state: "offered" | "absent" | "broken" | "unknown"; observation: string }
  >;
  clockOffsetMs: number;
  doubts: string[];
  durationMs: number;
}

/** What the list of expected verdicts makes of a run. */
export interface Baseline {
  file: string;
  /** Failures that it does not list. */
  new: {
    case: string;
    requirement: string;
    verdict: Verdict;
    observation?: string | undefined;
    uncoveredBy?: string | undefined;
  }[];
  /** Entries whose failure is gone. */
  stale: { scenario: string; requirement: string; at: number }[];
}

export interface Report {
  schemaVersion: 2;
  run: {
    id: string;
    startedAt: string;
    durationMs: number;
    seed: number;
    depth: "quick" | "full";
    complete: boolean;
    reason?: string | undefined;
    /** The day whose checks were judged by, and those that only informed. */
    catalogue?: {
      date: string;
      newer: { scenario: string; requirement: string }[];
    } | undefined;
  };
  target: {
    name: string;
    title: string;
    websocket: string;
    api: string;
    application?: string | undefined;
    claims: string[];
    known: { requirement: string; reason: string }[];
    probed?: Probed | undefined;
  };
  summary: {
    conformance: Score;
    compatibility: Score;
    robustness: Score;
    limits: Score;
    clients?: Score | undefined;
    application?: Score | undefined;
  };
  coverage?: {
    scenario: string;
    observers: string[];
    events: { event: string; fields: Record<string, string[]> }[];
  }[] | undefined;
  causes: Cause[];
  musts: {
    selected: number;
    judged: number;
    blocked: string[];
    skipped: Record<string, number>;
    unjudged: { requirement: string; reason: OutsideReason; message: string }[];
  };
  baseline?: Baseline | undefined;
  cases: Case[];
  /** Scenarios that an incomplete run did not come to judge. */
  unjudged: string[];
}
