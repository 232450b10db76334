/** Values of the environment in files: `${NAME}` and `${NAME:-default}`. */
import { BadFile, position, type Problem, type Source } from "../suites/language/bad_file.ts";
import { isRecord } from "../suites/wire/frame.ts";

export type Environment = (name: string) => string | undefined;

const PLACEHOLDER = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/** What a file says, with the environment filled in. Throws `BadFile` with all that is not set. */
export function fillEnvironment(
  source: Source,
  environment: Environment,
  content: unknown = source.document.toJS(),
): unknown {
  const missing: Problem[] = [];
  const filled = fill(content, environment, [], (path, name) =>
    missing.push({
      file: source.file,
      ...position(source, path),
      message:
        `the environment variable ${name} is not set; set it, or write a default as \${${name}:-value}`,
    }));
  if (missing.length > 0) throw new BadFile(missing);
  return filled;
}

function fill(
  value: unknown,
  environment: Environment,
  path: readonly PropertyKey[],
  complain: (path: readonly PropertyKey[], name: string) => void,
): unknown {
  if (typeof value === "string") {
    return value.replace(PLACEHOLDER, (_all, name: string, fallback: string | undefined) => {
      const found = environment(name) ?? fallback;
      if (found === undefined) complain(path, name);
      return found ?? "";
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
