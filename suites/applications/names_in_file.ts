/** Names in the requests and channels of an application file that stand for nothing there. */
import { didYouMean, position, type Problem, type Source } from "../language/bad_file.ts";
import type { OperationName } from "../language/operations.ts";
import type { CallFile, OperationFile, RequestFile } from "../language/request.ts";
import type { Resources } from "../language/resource.ts";
import { namesIn } from "../language/variables.ts";
import { isRecord } from "../wire/frame.ts";
import { ABOUT } from "./operations.ts";

interface File {
  readonly operations: Readonly<Partial<Record<OperationName, OperationFile>>>;
  readonly resources: Resources;
  readonly session: { readonly cookies: Readonly<Record<string, string>> };
}

/** Each name that nothing gives a value, with its place and what may have been meant. */
export function problemsInNames(file: File, source: Source): Problem[] {
  const { operations, resources, session } = file;
  const always = [...takenIn(file), ...Object.keys(session.cookies)];
  const problems: Problem[] = [];
  const look = (at: readonly PropertyKey[], texts: unknown, known: readonly string[]) => {
    for (const name of new Set(namesIn(texts))) {
      if (known.includes(name)) continue;
      problems.push({
        file: source.file,
        ...position(source, at),
        message: `nothing here is named $${name}.${didYouMean(name, known)}`,
      });
    }
  };
  for (const [name, operation] of Object.entries(operations)) {
    const { given } = ABOUT[name as OperationName]; // the schema lets no other pass
    look(["operations", name], textsOf(operation), [...always, ...Object.keys(given)]);
  }
  for (const [name, resource] of Object.entries(resources)) {
    const { create, read, list, catchUp, transitions, secrets, channels, events } = resource;
    const minted = Object.keys(secrets).map((secret) => `secrets.${secret}`);
    const making = [...always, ...minted, "self", "unique", "key"];
    const known = [...making, "id", "owner"];
    const at = ["resources", name];
    look([...at, "create"], textsOf(create), making);
    look([...at, "read"], textsOf(read), known);
    if (list) look([...at, "list"], textsOf(list), known);
    if (catchUp) look([...at, "catchUp"], textsOf(catchUp), [...known, "since"]);
    for (const [one, transition] of Object.entries(transitions)) {
      look([...at, "transitions", one], textsOf(transition), [...known, "amount"]);
    }
    const ids = ["id", "owner"];
    for (const channel of Object.keys(channels)) {
      look([...at, "channels", channel], channel, ids);
    }
    for (const [one, { channel }] of Object.entries(events)) {
      look([...at, "events", one, "channel"], channel, ids);
    }
  }
  return problems;
}

/** What a request sends, of which `as` has names of its own. */
function textsOf({ before, ...call }: RequestFile): unknown {
  return [...before, call].map(({ request, headers, json, form }: CallFile) => [
    request,
    headers,
    withoutItems(json),
    withoutItems(form),
  ]);
}

function withoutItems(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutItems);
  if (!isRecord(value)) return value;
  return "each" in value && "as" in value
    ? value.each
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutItems(inner)]));
}

/** Every name under `takes`, wherever it stands. */
function takenIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(takenIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === "takes" && isRecord(inner) ? Object.keys(inner) : []),
    ...takenIn(inner),
  ]);
}
