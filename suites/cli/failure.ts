/** Any error as the user sees it: one clear message and the exit code that names its kind. */
import { CommanderError } from "commander";
import { CatalogueError } from "../catalogue/catalogue.ts";
import { EXIT, type ExitCode } from "../record/exit_code.ts";
import { BadFile } from "../language/bad_file.ts";
import { CannotRun } from "../load/engine.ts";
import { CannotRecord } from "../record/check/keep.ts";
import { RecordError } from "../record/check/read.ts";
import { Unreachable, WrongSetting } from "../engine/unreachable.ts";
import { CannotStart } from "../../targets/start.ts";
import { UsageError } from "../record/usage_error.ts";

/** `message` is empty where the user has been told already. */
export function failureOf(error: unknown): { readonly message: string; readonly exit: ExitCode } {
  // commander has printed its own message, and ends --help with code 0.
  if (error instanceof CommanderError) {
    return { message: "", exit: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
  if (
    error instanceof BadFile || error instanceof UsageError || error instanceof RecordError ||
    error instanceof CatalogueError || error instanceof WrongSetting
  ) {
    return { message: error.message, exit: EXIT.usage };
  }
  if (
    error instanceof CannotStart || error instanceof Unreachable ||
    error instanceof CannotRecord || error instanceof CannotRun
  ) {
    return { message: error.message, exit: EXIT.incomplete };
  }
  // A pool of scenarios wraps what went wrong in the first of them.
  if (error instanceof AggregateError && error.errors[0]) return failureOf(error.errors[0]);
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  return {
    message:
      `This is a fault of Plumbline's own; please report it with the lines below.\n${detail}`,
    exit: EXIT.internal,
  };
}
