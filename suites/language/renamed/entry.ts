/** A word that scenario files once used, and how the same is said now. */

/** A step's mapping; the values may be anything, a document's nodes for example. */
export type Said = Readonly<Record<string, unknown>>;

export interface Renamed {
  readonly actor: "client" | "scenario";
  readonly was: string;
  /** How it is written now, for the message. */
  readonly now: string;
  /** The new word, and its mapping. `plain` gives a value as plain data. */
  rewrite(
    said: Said,
    plain: (value: unknown) => unknown,
  ): { readonly word: string; readonly said: Said };
  /** A word that is still there is old only in a mapping with this key. */
  readonly with?: string;
}

/** Says with `word` what was said with `was`, with keys renamed and others added where they are absent. */
function renamed(
  actor: Renamed["actor"],
  was: string,
  word: string,
  now: string,
  keys: Readonly<Record<string, string>> = {},
  added: Said = {},
): Renamed {
  return {
    actor,
    was,
    now,
    rewrite: (said) => {
      const renamed = Object.fromEntries(
        Object.entries(said).map(([key, value]) => [keys[key] ?? key, value]),
      );
      return { word, said: withAdded(renamed, added, word) };
    },
  };
}

/** The word itself stands first in a step, what is judged last. */
function withAdded(said: Said, added: Said, word: string): Said {
  const all = Object.entries({ ...added, ...said });
  const isJudged = ([key]: readonly [string, unknown]) =>
    ["checks", "informs", "ambiguity"].includes(key);
  return Object.fromEntries([
    ...all.filter(([key]) => key === word),
    ...all.filter((one) => one[0] !== word && !isJudged(one)),
    ...all.filter(isJudged),
  ]);
}

export const client = (
  ...rest: Parameters<typeof renamed> extends [unknown, ...infer R] ? R : never
) => renamed("client", ...rest);
export const scenario = (
  ...rest: Parameters<typeof renamed> extends [unknown, ...infer R] ? R : never
) => renamed("scenario", ...rest);

/** The same word, whose mapping no longer repeats it: `everyMessage: { everyMessage: text }`. */
export function undoubled(word: string, key: string): Renamed {
  return { ...scenario(word, word, `${word}: { ${key}: … }`, { [word]: key }), with: word };
}
