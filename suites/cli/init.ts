/** `init`: asks where a server is, and writes a target file. */
import { stringify } from "yaml";
import { readSource } from "../language/source.ts";
import { invocation } from "../record/invocation.ts";
import { UsageError } from "../record/usage_error.ts";
import { readTarget } from "../../targets/file.ts";

/** What is asked, in this order; each is an option too, which answers beforehand. */
export const QUESTIONS = {
  name: {
    asks: "A short name for the server",
    fallback: "mine",
    expects: "small letters, digits and hyphens",
    valid: /^[a-z0-9-]+$/,
  },
  scheme: {
    asks: "http or https",
    fallback: "http",
    expects: "http or https",
    valid: /^https?$/,
  },
  host: {
    asks: "The host that clients connect to",
    fallback: "127.0.0.1",
    expects: "a host such as ws.example.com, without scheme, port and path",
    valid: /^([^\s:/?#@[\]{}"\\$]+|[0-9a-f:]+)$/i,
  },
  port: { asks: "Its port", fallback: "6001", expects: "a number", valid: /^\d{1,5}$/ },
  path: {
    asks: "A path before /app and /apps, such as /ws",
    fallback: "",
    expects: "a path that begins with /, or nothing",
    valid: /^(\/[^\s{}"\\$]*)?$/,
  },
  appId: {
    asks: "The id of an application on it",
    fallback: "app-id",
    expects: "an id without spaces",
    valid: /^[^\s{}"\\$]+$/,
  },
  appKey: {
    asks: "The key of that application",
    fallback: "app-key",
    expects: "a key without spaces",
    valid: /^[^\s{}"\\$]+$/,
  },
} as const;
export type Question = keyof typeof QUESTIONS;
export type Answers = Readonly<Record<Question, string>>;

/** `value` if it answers the question; a sentence that says what does. Never both. */
export function problemOf(question: Question, value: string): string | undefined {
  const { valid, expects } = QUESTIONS[question];
  return valid.test(value) ? undefined : `expected ${expects}.`;
}

/** The variable that a target file of this name reads. */
const variable = (name: string, what: string) =>
  `${name.toUpperCase().replaceAll("-", "_")}_${what}`;

/** A target file of these answers. The secret is in none: it comes from the environment. */
export function targetText({ name, scheme, host, port, path, appId, appKey }: Answers): string {
  const or = (what: string, value: string) => `\${${variable(name, what)}:-${value}}`;
  const endpoint = {
    scheme: or("SCHEME", scheme),
    host: or("HOST", host),
    port: or("PORT", port),
    ...(path === "" ? {} : { path }),
  };
  const head = "# What else a target file can say: docs/targets.md of Plumbline.\n";
  return head + stringify({
    version: 1,
    name,
    title: name,
    websocket: endpoint,
    api: { ...endpoint },
    apps: {
      main: {
        id: or("APP_ID", appId),
        key: or("APP_KEY", appKey),
        secret: `\${${variable(name, "APP_SECRET")}}`,
      },
    },
  }, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

export interface InitOptions extends Readonly<Partial<Answers>> {
  /** Where the file goes; `NAME.yaml` without it. */
  readonly file?: string;
}

/**
 * Asks what the options leave open and writes the file. `answer` gives the next line of the user, or
 * nothing where there are no more: what is not answered is as the question says in brackets.
 *
 * @throws {UsageError} where the file is there already; `BadFile` for answers that fit no target.
 */
export async function init(
  { file: named, ...given }: InitOptions,
  answer: () => Promise<string | undefined>,
  write: (text: string) => void,
): Promise<void> {
  const answers = Object.fromEntries(
    Object.entries(QUESTIONS).map(([question, { fallback }]) => [question, fallback]),
  ) as Record<Question, string>; // every question has its fallback
  for (const question of Object.keys(QUESTIONS) as Question[]) { // the keys of QUESTIONS
    answers[question] = given[question] ?? await ask(question, answer, write);
  }
  const file = named ?? `${answers.name}.yaml`;
  const text = targetText(answers);
  readTarget(readSource(file, text), {
    started: false,
    environment: (name) => name.endsWith("_SECRET") ? "secret" : undefined,
  });
  try {
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AlreadyExists
      ? "it is there already; name another file"
      : String(cause);
    throw new UsageError(`${file} cannot be written: ${reason}`, "PLB_CANNOT_WRITE", { cause });
  }
  const target = /[/\\]/.test(file) ? file : `./${file}`;
  write([
    `${file} is written. Set the secret, ask what the server offers, then check it:`,
    `  export ${variable(answers.name, "APP_SECRET")}=…`,
    `  ${invocation(`doctor --target ${target}`)}`,
    `  ${invocation(`check --target ${target}`)}`,
    "",
  ].join("\n"));
}

async function ask(
  question: Question,
  answer: () => Promise<string | undefined>,
  write: (text: string) => void,
): Promise<string> {
  const { asks, fallback } = QUESTIONS[question];
  for (;;) {
    write(`${asks}${fallback === "" ? "" : ` [${fallback}]`}: `);
    const line = await answer();
    const value = line?.trim() || fallback;
    const problem = problemOf(question, value);
    if (problem === undefined) {
      if (line === undefined) write("\n");
      return value;
    }
    write(`${problem}\n`);
  }
}
