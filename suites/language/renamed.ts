/**
 * Words that scenario files once used, and how the same is said now: for the message that refuses
 * an old word, and for `deno task migrate`, which rewrites it.
 */
import { ACTIONS } from "./renamed/actions.ts";
import { APPLICATION } from "./renamed/application.ts";
import { ASSERTIONS } from "./renamed/assertions.ts";
import type { Renamed, Said } from "./renamed/entry.ts";
import { WORKLOADS } from "./renamed/workloads.ts";

const RENAMED: readonly Renamed[] = [...ASSERTIONS, ...ACTIONS, ...WORKLOADS, ...APPLICATION];

/** The entry that tells how this step is written now, if it is written in an old way. */
export function renamedWord(
  actor: Renamed["actor"],
  word: string,
  said: Said,
): Renamed | undefined {
  return RENAMED.find((entry) =>
    entry.actor === actor && entry.was === word && (entry.with === undefined || entry.with in said)
  );
}
