/** Values of the environment in files: `${NAME}` and `${NAME:-default}`. */
import { BadFile, position, type Problem, type Source } from "../suites/language/bad_file.ts";
import { isRecord } from "../suites/wire/frame.ts";

export type Environment = (name: string) => string | undefined;

const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/** What a file says, with the environment filled in. Throws `BadFile` with all that is not set, or misread. */
export function fillEnvironment(
  source: Source,
  environment: Environment,
  content: unknown = source.document.toJS(),
): unknown {
  const problems: Problem[] = [];
  const filled = fill(
    content,
    environment,
    [],
    (path, message) => problems.push({ file: source.file, ...position(source, path), message }),
  );
  if (problems.length > 0) throw new BadFile(problems);
  return filled;
}

const missing = (name: string, found: string | undefined) =>
  `the environment variable ${name} is ${
    found === undefined ? "not set" : "empty"
  }; set it, or write a default as \${${name}:-value}`;

/** Some readers of env files keep the quotes around a value; no id, host or secret has any. */
const isQuoted = (value: string) => /^(["']).*\1$/s.test(value);

const quoted = (name: string) =>
  `the environment variable ${name} has quotes around its value, as a reader of an env file leaves them: write it without`;

function fill(
  value: unknown,
  environment: Environment,
  path: readonly PropertyKey[],
  complain: (path: readonly PropertyKey[], message: string) => void,
): unknown {
  if (typeof value === "string") {
    return value.replace(PLACEHOLDER, (_all, name: string, fallback: string | undefined) => {
      const found = environment(name);
      // As in a shell, an empty variable is one that is not set.
      if (found === undefined || found === "") {
        if (fallback === undefined) complain(path, missing(name, found));
        return fallback ?? "";
      }
      if (isQuoted(found)) complain(path, quoted(name));
      return found;
    });
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => fill(item, environment, [...path, i], complain));
  }
  if (!isRecord(value)) return value;
  const filled = Object.entries(value).map(([key, inner]) => [
    key,
    fill(inner, environment, [...path, key], complain),
  ]);
  return Object.fromEntries(filled);
}
