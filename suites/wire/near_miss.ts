/**
 * Texts that come as near to the right one as a wrong one can: a signature, an app's key, a user's
 * id, a socket id. A server that compares carelessly takes one of them for the other.
 */

const swapped = (character: string): string =>
  /\d/.test(character) ? String((Number(character) % 9) + 1) : character === "a" ? "b" : "a";

function swappedAt(text: string, at: number): string {
  return text.slice(0, at) + swapped(text.charAt(at)) + text.slice(at + 1);
}

const otherCase = (text: string): string =>
  text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();

/** Everything but `kept` is of other characters, at the same length. */
function keeping(text: string, from: number, to: number): string {
  return [...text].map((character, at) => at >= from && at < to ? character : swapped(character))
    .join("");
}

/** What is wrong about the text, by the words that scenarios use. */
export const NEAR_MISSES = {
  "first character": (text: string) => swappedAt(text, 0),
  "middle character": (text: string) => swappedAt(text, Math.floor(text.length / 2)),
  "last character": (text: string) => swappedAt(text, text.length - 1),
  "all but the first eight": (text: string) => keeping(text, 0, 8),
  "all but the last eight": (text: string) => keeping(text, text.length - 8, text.length),
  "the second half": (text: string) => keeping(text, 0, Math.ceil(text.length / 2)),
  "the first half": (text: string) => keeping(text, Math.ceil(text.length / 2), text.length),
  "other case": otherCase,
  "first letter's case": (text: string) => text.replace(/[a-z]/i, otherCase),
  "last character missing": (text: string) => text.slice(0, -1),
  "first character missing": (text: string) => text.slice(1),
  "first eight alone": (text: string) => text.slice(0, 8),
  "one character more": (text: string) => `${text}0`,
  "one character before": (text: string) => `0${text}`,
  "a blank after": (text: string) => `${text} `,
  "a blank before": (text: string) => ` ${text}`,
  "a line break after": (text: string) => `${text}\n`,
  "written twice": (text: string) => text + text,
  "nothing": () => "",
} as const;

export type NearMiss = keyof typeof NEAR_MISSES;

/** The words, for schemas. */
export const NEAR_MISS_WORDS = Object.keys(NEAR_MISSES) as [NearMiss, ...NearMiss[]]; // the object has keys

/** `text` with one thing wrong about it; a character more where it has nothing of the kind, such as no letter. */
export function nearly(text: string, wrong: NearMiss): string {
  const near = NEAR_MISSES[wrong](text);
  return near === text ? `${text}0` : near;
}
