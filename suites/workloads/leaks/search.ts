/** Finding canaries in text that somebody received, however they are written or encoded there. */
import type { Canary } from "./canary.ts";
import { amountSearch } from "./numbers.ts";
import { MOST_CHARACTERS, unwrap } from "./unwrap.ts";

export interface Searched {
  readonly found: readonly Canary[];
  /** False when the text was wrapped so often that not everything was read: unknown, not clean. */
  readonly complete: boolean;
}

export type Search = (text: string, mostCharacters?: number) => Searched;

/** A search for all of them; made once, used on many texts. */
export function searchFor(canaries: readonly Canary[]): Search {
  const wanted = canaries.map((canary) => ({
    canary,
    isIn: "amount" in canary ? amountSearch(canary.amount) : textSearch(canary.text),
  }));
  return (text, mostCharacters = MOST_CHARACTERS) => {
    const { views, complete } = unwrap(text, mostCharacters);
    const found = wanted.filter(({ isIn }) => views.some(isIn)).map(({ canary }) => canary);
    return { found, complete };
  };
}

/** In any case; a space may have become another sign, as in a form body or in a slug. */
function textSearch(text: string): (view: string) => boolean {
  const pattern = text.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("[\\s+._-]{1,3}");
  const regExp = new RegExp(pattern, "i");
  return (view) => regExp.test(view);
}
