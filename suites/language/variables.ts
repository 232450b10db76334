/** Filling in `$name` and `${name}` when a step is told; names may have dots (`$app.key`). */
import { isRecord } from "../wire/frame.ts";

export type Lookup = (name: string) => unknown;

/** A name the scenario never set, or set to what its place cannot hold. */
export class UnknownName extends Error {
  override name = "UnknownName";
}

const WHOLE = /^\$([a-zA-Z][\w.]*)$/;

/** True for a text that is nothing but a name, which takes the type of what it names. */
export const isName = (value: unknown): boolean => typeof value === "string" && WHOLE.test(value);

const INSIDE = /\$\{([a-zA-Z][\w.]*)\}/g;

/**
 * A copy of `value` with every name filled in. A string that is nothing but `$name` takes the
 * value's own type; `${name}` inside a longer string, or in a key, is written as text.
 */
export function fill(value: unknown, lookup: Lookup): unknown {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined) return known(whole, lookup);
    return inText(value, lookup);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, lookup));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [inText(key, lookup), fill(inner, lookup)]),
    );
  }
  return value;
}

/** Every name that stands in a value, in its keys as well. */
export function namesIn(value: unknown): string[] {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value)?.[1];
    return whole === undefined ? [...value.matchAll(INSIDE)].map(([, name = ""]) => name) : [whole];
  }
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}

function inText(text: string, lookup: Lookup): string {
  return text.replace(INSIDE, (_all, name: string) => {
    const inner = known(name, lookup);
    return typeof inner === "string" ? inner : JSON.stringify(inner);
  });
}

function known(name: string, lookup: Lookup): unknown {
  const value = lookup(name);
  if (value === undefined) throw new UnknownName(`nothing in this scenario is named $${name}`);
  return value;
}
