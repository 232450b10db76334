/**
 * A deviation: a server that is right but for one thing, what `check` is asked about it, and what it
 * may say. Every row from U1 on is a kind of accusation that was once untrue; each has several.
 */
import type { Rule } from "../../faults/break.ts";
import type { FrontOptions } from "./front.ts";

/** The reference server, and what is changed of all that passes between it and its clients. */
export interface Altered {
  readonly rules: readonly Rule[];
  /** What is changed beneath that, at the connections themselves. */
  readonly front?: FrontOptions;
  /** A server that `crash` took down is up again after so long, as one under a supervisor is. */
  readonly backAfterMs?: number;
}

/** A program of this folder that stands in a server's place. */
export interface Program {
  /** A file of this folder. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Whether `check` starts it, or finds it running. */
  readonly startedByCheck: boolean;
}

/** How that application differs from what it is without being asked. */
export interface Application {
  readonly environment: Readonly<Record<string, string>>;
}

export interface Deviation {
  /** The row it is a case of. */
  readonly row: `U${number}`;
  /** What the server does, in one sentence. */
  readonly does: string;
  /** `reference`: the reference server as it is, started by `check`. */
  readonly server: Altered | Program | "reference";
  /** Further keys of the target file, which otherwise has one app and nothing more. */
  readonly target?: Readonly<Record<string, unknown>>;
  /** What broadcasts through it: a variant of `suites/applications/testing/other_application.ts`. */
  readonly application?: Application;
  /** A scenario file of its own, without its version. */
  readonly scenario?: string;
  /** Further arguments of `check`: which scenarios it runs. */
  readonly args: readonly string[];
  readonly right: Right;
}

/** What a true report says. */
export interface Right {
  readonly exit: number;
  /** Failed requirements, all of them, sorted. */
  readonly failed: readonly string[];
  /** What may have failed as well, by chance. */
  readonly perhaps?: readonly string[];
  /** Requirements that warn or are late, where that is what matters. */
  readonly warned?: readonly string[];
  /** What the summary must say, or must not. */
  readonly says?: RegExp;
  readonly saysNot?: RegExp;
  /** Requirements that must not have failed for any other reason: each names what blocked it. */
  readonly blockedBy?: Readonly<Record<string, string>>;
  /** What a cause must be called, by requirement. */
  readonly kinds?: Readonly<Record<string, string>>;
}
