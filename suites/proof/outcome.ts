/** What a proof comes to: which break each check was caught by, and what is left unproven. */
import type { ProofCheck } from "./checks.ts";
import type { Attempt } from "./attempt.ts";
import type { Proof } from "./prove.ts";
import { entryOf, type Unproven } from "./unproven.ts";

export interface Outcome {
  /** Every check with the names of the breaks that made it fail. */
  readonly checks: readonly { readonly check: ProofCheck; readonly breaks: readonly string[] }[];
  readonly uncaught: readonly Attempt[];
  /** Unproven, and on the list. */
  readonly explained: readonly { readonly check: ProofCheck; readonly reason: string }[];
  /** Unproven, and not on the list. */
  readonly unexplained: readonly ProofCheck[];
  /** On the list, and proven or gone. */
  readonly stale: readonly Unproven[];
}

/** Stands for a break where none is needed. */
const NO_BREAK = "the reference server itself";

/** Holds a proof against the checks there are and the list of those that stay unproven. */
export function outcomeOf(
  checks: readonly ProofCheck[],
  { attempts, informing, spoiled }: Proof,
  list: readonly Unproven[],
): Outcome {
  // What fails on a server that is right needs no break to be seen failing, where it only informs.
  const wrong = new Set(spoiled.map(({ key }) => key));
  const caught = new Map(
    [...informing].filter((key) => !wrong.has(key)).map((key) => [key, new Set([NO_BREAK])]),
  );
  for (const { broken, caughtBy, alsoFailed } of attempts) {
    for (const { key } of [...caughtBy, ...alsoFailed]) {
      caught.set(key, (caught.get(key) ?? new Set()).add(broken.name));
    }
  }
  const unproven = checks.filter(({ key }) => !caught.has(key));
  return {
    checks: checks.map((check) => ({ check, breaks: [...caught.get(check.key) ?? []].sort() })),
    uncaught: attempts.filter(({ caughtBy }) => caughtBy.length === 0),
    explained: unproven.flatMap((check) => {
      const entry = entryOf(check, list);
      return entry ? [{ check, reason: entry.reason }] : [];
    }),
    unexplained: unproven.filter((check) => !entryOf(check, list)),
    stale: list.filter((entry) => !unproven.some((check) => entryOf(check, list) === entry)),
  };
}
