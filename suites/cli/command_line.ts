/** What every command is given: where things are, where words go, and how it says that it has ended. */
import type { ExitCode } from "../record/exit_code.ts";

export interface CommandLine {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  /** The folder of all reports. */
  readonly out: string;
  /** For whoever watches: progress, summaries. */
  readonly write: (text: string) => void;
  /** For whatever reads on: what was asked for. */
  readonly print: (text: string) => void;
  /** Told how a command has ended. */
  readonly end: (code: ExitCode) => void;
}
