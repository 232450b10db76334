/** Any error as the user sees it: one clear message, its code, and the exit code of its kind. */
import { CommanderError } from "commander";
import { type ErrorCode, ERRORS, PlumblineError } from "../record/errors.ts";
import { EXIT, type ExitCode } from "../record/exit_code.ts";

export interface Failure {
  /** Empty where the user has been told already. */
  readonly message: string;
  readonly exit: ExitCode;
}

/** What to say of an error, and how to end. */
export function failureOf(error: unknown): Failure {
  // commander has printed its own message, and ends --help with code 0.
  if (error instanceof CommanderError) {
    return { message: "", exit: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
  if (error instanceof PlumblineError) {
    return { message: withCode(error.message, error.code), exit: error.exit };
  }
  // A pool of scenarios wraps what went wrong in the first of them.
  if (error instanceof AggregateError && error.errors[0]) return failureOf(error.errors[0]);
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  const message = "This is a fault of Plumbline's own; please report it with the lines below.";
  return {
    message: `${withCode(message, "PLB_INTERNAL")}\n${detail}`,
    exit: ERRORS.PLB_INTERNAL,
  };
}

/** A message with the code that docs/errors.md lists: `no scenario matches [PLB_NOTHING_CHOSEN]`. */
export function withCode(message: string, code: ErrorCode): string {
  return `${message} [${code}]`;
}
