/** Why nothing can be judged: a target that does not answer, or one that the file describes wrongly. */
import { PlumblineError } from "../record/errors.ts";

/** The target could not be reached, or what answered is not a Pusher HTTP API: exit code 3. */
export class Unreachable extends PlumblineError {
  override readonly name = "Unreachable";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_UNREACHABLE", message, options);
  }
}

/** What the target file says does not fit the target: exit code 2, with one sentence that says what to set. */
export class WrongSetting extends PlumblineError {
  override readonly name = "WrongSetting";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_WRONG_SETTING", message, options);
  }
}
