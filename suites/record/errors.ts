/**
 * The errors that a user may meet. Each has a code that stays the same when its words change, so
 * that scripts need not read messages; docs/errors.md lists them, and a test holds the two together.
 */
import { EXIT, type ExitCode } from "./exit_code.ts";

/** Every code, with the exit code that it ends a command with. */
export const ERRORS = {
  /** A command line that cannot be read: an unknown option, a missing or a malformed value. */
  PLB_OPTIONS: EXIT.usage,
  /** Options that do not go together, or ask for what there is not. */
  PLB_USAGE: EXIT.usage,
  /** A suite, scenario, requirement, target, application or load scenario of this name is not there. */
  PLB_UNKNOWN_NAME: EXIT.usage,
  /** Each option is right, and together they choose no scenario. */
  PLB_NOTHING_CHOSEN: EXIT.usage,
  /** Others on a server that is not this machine's would notice the check, and nobody allowed that. */
  PLB_NOT_ALLOWED: EXIT.usage,
  /** A report is asked for in a form that the command does not have. */
  PLB_NO_SUCH_VIEW: EXIT.usage,
  /** Where a report or record is to be written, nothing can be. */
  PLB_CANNOT_WRITE: EXIT.usage,
  /** A file of the user's is not as it must be; the message says where. */
  PLB_BAD_FILE: EXIT.usage,
  /** A file is no record or report, or one of another version. */
  PLB_BAD_RECORD: EXIT.usage,
  /** The requirement catalogue contradicts itself. */
  PLB_BAD_CATALOGUE: EXIT.usage,
  /** Measurements that are not the parts of one plan. */
  PLB_CANNOT_MERGE: EXIT.usage,
  /** A port that a server should listen on is taken. */
  PLB_PORT_TAKEN: EXIT.usage,
  /** A setting of the target file does not fit the target: a key, a scheme, a certificate. */
  PLB_WRONG_SETTING: EXIT.usage,
  /** A server or an application could not be installed or started. */
  PLB_CANNOT_START: EXIT.incomplete,
  /** Nothing answers, or what answers is no Pusher HTTP API. */
  PLB_UNREACHABLE: EXIT.incomplete,
  /** The record could not be written to its end: a full disk, say. */
  PLB_CANNOT_RECORD: EXIT.incomplete,
  /** A load plan cannot be run on this machine, or not at all. */
  PLB_CANNOT_RUN: EXIT.incomplete,
  /** A load plan was run, and the target let nobody in. */
  PLB_NO_CLIENT_CONNECTED: EXIT.incomplete,
  /** A fault of Plumbline's own. */
  PLB_INTERNAL: EXIT.internal,
} as const satisfies Readonly<Record<`PLB_${string}`, ExitCode>>;

export type ErrorCode = keyof typeof ERRORS;

/** What every error for users is: one clear message, a code, and an exit code. */
export class PlumblineError extends Error {
  override readonly name: string = "PlumblineError";
  constructor(readonly code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }

  get exit(): ExitCode {
    return ERRORS[this.code];
  }
}
