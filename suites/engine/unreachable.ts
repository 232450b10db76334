/** Why nothing was judged: the target cannot be reached, or the target file says something wrong. */
import { PlumblineError } from "../record/errors.ts";

/** Nothing answers, or what answers is no Pusher server: exit code 3. */
export class Unreachable extends PlumblineError {
  override readonly name = "Unreachable";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_UNREACHABLE", message, options);
  }
}

/** A setting of the target file that the server shows to be wrong: exit code 2. */
export class WrongSetting extends PlumblineError {
  override readonly name = "WrongSetting";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_WRONG_SETTING", message, options);
  }
}
