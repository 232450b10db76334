/** Why nothing was judged: the target cannot be reached, or the target file says something wrong. */

/** Nothing answers, or what answers is no Pusher server: exit code 3. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

/** A setting of the target file that the server shows to be wrong: exit code 2. */
export class WrongSetting extends Error {
  override name = "WrongSetting";
}
