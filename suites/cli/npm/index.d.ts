/** Plumbline for Node: a check as a function, for a test runner of one's own. */
import type { Report } from "./report.d.ts";

export type * from "./report.d.ts";

/** What `plumbline check` takes as options, under the same names. */
export interface CheckOptions {
  /** A target that comes with Plumbline (`soketi`, `reverb` …) or a file of your own; the reference server without it. */
  target?: string;
  application?: string;
  /** Let the target file install and start its server. */
  start?: boolean;
  /** Send clients and calls to the target's nodes in turn. */
  spread?: boolean;
  /** Judge client libraries instead of a server. */
  clients?: boolean;
  suites?: string[];
  /** Ids, globs or files. */
  scenarios?: string[];
  requirements?: string[];
  /** Ids or globs of scenarios to leave out. */
  exclude?: string[];
  depth?: "quick" | "full";
  seed?: number;
  /** A file of failures that are expected. */
  expected?: string;
  failOn?: "must" | "late" | "should";
  requireAll?: boolean;
  failOnRetry?: boolean;
  /** Judge by the checks of this day (`2026-11-30`); newer ones inform only. */
  catalogue?: string;
  /** End with the first must that fails and that nothing expected. */
  bail?: boolean;
  /** Begin no scenario that would take more than this: `messages=1000,connections=100`. */
  budget?: string;
  /** Restart, terminate and flood on a target that is not this machine's; refused without it. */
  allowDisruption?: boolean;
  /** A folder that keeps the record and the reports; without it, they are gone when `check` returns. */
  out?: string;
  /** Files to write JUnit XML, Markdown and GitHub's annotations to. */
  junit?: string;
  markdown?: string;
  annotations?: string;
  /** Variables that target files name, beside those of this process. */
  env?: Record<string, string>;
  /** The folder that relative paths start from; this process's without it. */
  cwd?: string;
  /** Interrupts the check; what was seen until then is in the report. */
  signal?: AbortSignal;
  /** Told what Plumbline writes while it works. */
  onOutput?: (text: string) => void;
}

export interface Checked {
  /** 0 where all is well; docs/ci.md lists the others. */
  exitCode: number;
  report: Report;
  /** All that Plumbline wrote to the terminal. */
  output: string;
}

/** A check that came to no report: wrong options, a target that does not answer. */
export class CheckFailed extends Error {
  readonly exitCode: number;
}

/** Runs `plumbline check`. Throws `CheckFailed` where there is no report; failed checks do not throw. */
export function check(options?: CheckOptions): Promise<Checked>;
