/** The command was used wrongly: exit code 2, with one sentence that says how to use it rightly. */
import { type ErrorCode, PlumblineError } from "./errors.ts";

export class UsageError extends PlumblineError {
  override readonly name = "UsageError";
  constructor(message: string, code: ErrorCode = "PLB_USAGE", options?: ErrorOptions) {
    super(code, message, options);
  }
}
