/** The command was used wrongly: exit code 2, with one sentence that says how to use it rightly. */
export class UsageError extends Error {
  override name = "UsageError";
}
