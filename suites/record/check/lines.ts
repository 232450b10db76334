/**
 * The record: one append-only JSON Lines file a run, and the only thing reports read.
 *
 * A run that is killed leaves a record without a `finish` line; it still renders, marked
 * incomplete. Lines come in the order things happened; a case's `verdict` may come again when
 * a late frame changed it, and the last one counts.
 */
import type { FailOn } from "../fail_on.ts";
import type { Evidence } from "../evidence.ts";
import type { Probed } from "../probed.ts";
import type { CaseResult } from "../verdict.ts";
import type { Requirement } from "../requirement.ts";

/** Raised when a reader of older records could no longer read newer ones. */
export const SCHEMA_VERSION = 2;
/** Records of these versions can be read: the first lacks what later verdicts say beside themselves. */
export const READABLE_VERSIONS: ReadonlySet<number> = new Set([1, SCHEMA_VERSION]);

export interface RunLine {
  readonly line: "run";
  readonly schemaVersion: 1 | typeof SCHEMA_VERSION;
  readonly id: string;
  /** RFC 3339 in UTC. */
  readonly startedAt: string;
  readonly seed: number;
  readonly depth: "quick" | "full";
  readonly plumbline: string;
  readonly machine: {
    readonly os: string;
    readonly arch: string;
    readonly cpus: number;
    readonly deno: string;
  };
  readonly target: {
    readonly name: string;
    readonly title: string;
    /** The user's own target file. */
    readonly file?: string;
    /** Endpoints without secrets. */
    readonly websocket: string;
    readonly api: string;
    /** The application that broadcasts through it, where the run has one. */
    readonly application?: string;
    /** Opt-in features and hosted limits the target file claims. */
    readonly claims: readonly string[];
    readonly known: readonly { readonly requirement: string; readonly reason: string }[];
  };
  readonly requirements: readonly Requirement[];
  /** The day whose catalogue was judged by, where one was named. */
  readonly catalogue?: {
    /** YYYY-MM-DD. */
    readonly date: string;
    /** What is newer, and therefore only informs. */
    readonly newer: readonly Newer[];
  };
}

/** A requirement that a scenario, or a table of them, asks for since a later day. */
export interface Newer {
  readonly scenario: string;
  readonly requirement: string;
}

/** A scenario as it will be told; `steps` are quoted from its file. */
export interface CaseLine {
  readonly line: "case";
  readonly id: string;
  readonly suite: string;
  readonly title: string;
  /** Relative to the user's folder, or to Plumbline's own for what comes with it. */
  readonly file: string;
  /** It comes with Plumbline, which is not what the user's folder holds. */
  readonly shipped?: true;
  /** One-based line of the scenario in `file`. */
  readonly at: number;
  readonly steps: readonly {
    readonly at: number;
    readonly text: string;
    readonly checks: readonly string[];
  }[];
}

/** What the target offers; absent where the run ended before, and where clients are judged. */
export type ProbeLine = { readonly line: "probe" } & Probed;

export type EvidenceLine = { readonly line: "evidence" } & Evidence;
export type VerdictLine = { readonly line: "verdict" } & CaseResult;

/** The list that the verdicts were held against; absent where there was none. */
export interface BaselineLine {
  readonly line: "baseline";
  /** As it was named. */
  readonly file: string;
  readonly failOn: FailOn;
  /** Entries whose failure is gone. */
  readonly stale: readonly {
    readonly scenario: string;
    readonly requirement: string;
    /** Of the entry, in the file. */
    readonly at: number;
  }[];
}

export interface FinishLine {
  readonly line: "finish";
  readonly durationMs: number;
  /** False when the run ended early; `reason` says why. */
  readonly complete: boolean;
  readonly reason?: string;
  readonly exitCode: number;
}

export type RecordLine =
  | RunLine
  | CaseLine
  | ProbeLine
  | EvidenceLine
  | VerdictLine
  | BaselineLine
  | FinishLine;
