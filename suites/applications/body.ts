/** The body of a request, as the application file writes it. */
import type { CallFile } from "../language/request.ts";
import { fill } from "../language/variables.ts";
import { isRecord } from "../wire/frame.ts";

/** The text of a body with its names filled in; says in `headers` of what type it is. */
export function bodyOf(
  { json, form }: CallFile,
  lookup: (name: string) => unknown,
  headers: Record<string, string>,
): string {
  if (form !== undefined) {
    headers["Content-Type"] = "application/x-www-form-urlencoded";
    const fields = Object.entries(filled(form, lookup) as Record<string, unknown>); // a mapping stays one
    return String(new URLSearchParams(fields.map(([key, value]) => [key, String(value)])));
  }
  if (json === undefined) return "";
  headers["Content-Type"] = "application/json";
  return JSON.stringify(filled(json, lookup));
}

/**
 * A body with its names filled in. `{ each: $lots, as: { … } }` makes one of `as` for each of a
 * list, in which the fields of its items have names.
 */
function filled(value: unknown, lookup: (name: string) => unknown): unknown {
  if (isRecord(value) && "each" in value && "as" in value) {
    const items = fill(value.each, lookup);
    if (!Array.isArray(items)) return [];
    return items.map((item) =>
      filled(value.as, (name) => isRecord(item) && name in item ? item[name] : lookup(name))
    );
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, lookup));
  if (!isRecord(value)) return fill(value, lookup);
  // A field whose value nobody knows, such as a key that was not given, is left out.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filled(inner, lookup)])
      .filter(([, inner]) => inner !== null),
  );
}
