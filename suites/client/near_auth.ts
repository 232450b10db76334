/** What can be wrong about an auth value, `<key>:<digits>`: a little of the digits, or of the key. */
import { NEAR_MISS_WORDS, nearly, type NearMiss } from "../wire/near_miss.ts";

/** Older words for what is wrong about the digits. */
const ALSO = {
  "one digit": "last character",
  "cut short": "last character missing",
  "drawn out": "one character more",
  "upper case": "other case",
} as const satisfies Record<string, NearMiss>;

const OF_THE_KEY = "key: ";

/** A near miss of the digits, one of the key behind `key: `, or something about both. */
export const AUTH_SPOILINGS = [
  ...NEAR_MISS_WORDS,
  ...NEAR_MISS_WORDS.map((wrong) => `${OF_THE_KEY}${wrong}` as const),
  ...Object.keys(ALSO) as (keyof typeof ALSO)[], // an object's own keys
  "no colon",
  "digits before the key",
] as const;

export type AuthSpoiling = typeof AUTH_SPOILINGS[number];

const isOfTheDigits = (word: string): word is NearMiss =>
  (NEAR_MISS_WORDS as readonly string[]).includes(word);

/** `auth` with one thing wrong about it. */
export function nearlyAuth(auth: string, wrong: AuthSpoiling): string {
  const colon = auth.indexOf(":");
  const [key, digits] = [auth.slice(0, colon), auth.slice(colon + 1)];
  if (wrong === "no colon") return key + digits;
  if (wrong === "digits before the key") return `${digits}:${key}`;
  const word = wrong in ALSO ? ALSO[wrong as keyof typeof ALSO] : wrong; // `in` has found it
  if (isOfTheDigits(word)) return `${key}:${nearly(digits, word)}`;
  const ofTheKey = word.slice(OF_THE_KEY.length);
  return isOfTheDigits(ofTheKey) ? `${nearly(key, ofTheKey)}:${digits}` : auth;
}
