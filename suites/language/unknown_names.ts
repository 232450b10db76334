/** Names that a scenario's steps use and that nothing in it sets: found before anything runs. */
import { isRecord } from "../wire/frame.ts";
import { didYouMean } from "./bad_file.ts";

/** What every scenario can name: the app, other apps, the run's suffix, a repeat's round, the last answer. */
const ALWAYS = ["app", "apps", "suffix", "round", "answer", "poured", "example", "message"];

/** Keys whose value is a name from then on. */
const NAMING = new Set(["as", "tellsSocketId"]);

/** What a scenario can name of a client: its socket, and of whom `isA` makes a user, the account. */
const OF_A_CLIENT = ["socketId", "userId", "role", "name", "email", "password"];

const WHOLE = /^\$([a-zA-Z]\w*)(?:\.([\w.]*))?$/;
const INSIDE = /\$\{([a-zA-Z]\w*)(?:\.([\w.]*))?\}/g;

interface Text {
  readonly at: readonly PropertyKey[];
  readonly text: string;
}

/** Each place where an unknown name stands, or a client has nothing of that name, with what may have been meant. */
export function unknownNames(
  steps: readonly unknown[],
  known: Iterable<string>,
  clients: ReadonlySet<string> = new Set(),
): { readonly at: readonly PropertyKey[]; readonly message: string }[] {
  const texts = [...textsIn(steps, [])];
  const set = texts.flatMap(({ at, text }) =>
    NAMING.has(String(at.at(-1))) ? [text, `${text}Data`] : []
  );
  const names = [...ALWAYS, ...known, ...set.map((name) => name.split(".")[0] ?? name)];
  return texts.flatMap(({ at, text }) => {
    const whole = WHOLE.exec(text);
    return [...(whole ? [whole] : []), ...text.matchAll(INSIDE)].flatMap(([, name = "", field]) => {
      if (!names.includes(name)) {
        const message = `nothing in this scenario is named $${name}.${didYouMean(name, names)}`;
        return { at, message };
      }
      if (!clients.has(name) || field === undefined || OF_A_CLIENT.includes(field)) return [];
      const message = `of the client ${name}, only ${
        OF_A_CLIENT.join(", ")
      } can be named, not ${field}`;
      return { at, message };
    });
  });
}

function* textsIn(value: unknown, at: readonly PropertyKey[]): Generator<Text> {
  if (typeof value === "string") yield { at, text: value };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* textsIn(item, [...at, index]);
  } else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) {
      yield { at: [...at, key], text: key.includes("${") ? key : "" };
      yield* textsIn(inner, [...at, key]);
    }
  }
}
