/** The one rule by which a mutant only changes a text for people: a log line or an error's words. */
import type { Mutant } from "./mutant.ts";

/** Two words of prose, side by side. */
const PROSE = /[A-Za-z$}'"]{2,}[,:;]? [a-z("'`$][a-z'"`{(]/;
/** What a database, an HTTP parser or a hash reads, though people can. */
const FOR_PROGRAMS =
  /\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|BEGIN|COMMIT|ROLLBACK|LOCK|PRAGMA|HTTP\/1|SET|WHERE|RETURNING|REFERENCES|password)\b/;
/** Lower-case words and values without punctuation: a key, such as `bid on ${lot}`. */
const KEY = /^`[a-z ]+(\$\{[^}]*\}[a-z ]*)+`$/;

/** A string that is emptied, and held two or more words of prose that no program reads. */
export function isText({ mutator, original }: Pick<Mutant, "mutator" | "original">): boolean {
  return mutator === "StringLiteral" && PROSE.test(original) && !FOR_PROGRAMS.test(original) &&
    !KEY.test(original);
}
