/**
 * What a scenario says about a value, without computing.
 *
 *     frame: { data: { $json: { socket_id: { $matches: '^\d+\.\d+$' } } } }
 *
 * A scalar must be equal; a list must be equal item by item; a mapping must hold at least the
 * keys it names. A mapping whose keys start with `$` is a rule:
 *
 *     $type       string | number | integer | boolean | object | array | null
 *     $matches    a regular expression the string must match
 *     $json       the value is a string of JSON, and what it decodes to matches
 *     $absent     true: the key must not be there (or be null, with `orNull: true`)
 *     $oneOf      any of these matchers
 *     $not        not this matcher
 *     $atLeast, $atMost    bounds on a number
 *     $length     a matcher on the length of a string (UTF-16 units) or a list
 *     $equals     exactly this value, no key more
 *     $sameItems  a list with exactly these items, in any order
 *     $keys       a matcher on the list of keys of an object, sorted
 *     $every      every item of the list matches
 *     $distinct   true: no item of the list comes twice
 */
import { isRecord, readJson } from "../wire/frame.ts";
import { beginning } from "../record/beginning.ts";

export type Matcher = unknown;

const RULES = [
  "$type",
  "$matches",
  "$json",
  "$absent",
  "$oneOf",
  "$not",
  "$atLeast",
  "$atMost",
  "$length",
  "$equals",
  "$sameItems",
  "$keys",
  "$every",
  "$distinct",
] as const;
type Rule = typeof RULES[number];

/** The rule words, for error messages and the documentation. */
export const MATCHER_RULES: readonly string[] = RULES;

/**
 * Why `value` does not match, as `path: expected …, found …`; `undefined` when it does.
 * Pure, and safe on anything a target may send.
 */
export function mismatch(value: unknown, matcher: Matcher, path = "it"): string | undefined {
  if (isRecord(matcher)) {
    const rules = Object.keys(matcher).filter((key): key is Rule =>
      (RULES as readonly string[]).includes(key)
    );
    if (rules.length > 0) {
      for (const rule of rules) {
        const reason = breaks(rule, value, matcher[rule], path);
        if (reason) return reason;
      }
      return undefined;
    }
    if (!isRecord(value)) return wanted(path, "an object", value);
    for (const [key, inner] of Object.entries(matcher)) {
      const own = Object.hasOwn(value, key);
      if (!own && !mayBeAbsent(inner)) {
        return `${path}.${key}: expected ${inWords(inner)}, but the key is missing in ${
          show(value)
        }`;
      }
      const reason = mismatch(own ? value[key] : undefined, inner, `${path}.${key}`);
      if (reason) return reason;
    }
    return undefined;
  }
  if (Array.isArray(matcher)) {
    if (!Array.isArray(value)) return wanted(path, show(matcher), value);
    if (value.length !== matcher.length) {
      return wanted(path, `${matcher.length} items ${show(matcher)}`, value);
    }
    for (const [index, inner] of matcher.entries()) {
      const reason = mismatch(value[index], inner, `${path}[${index}]`);
      if (reason) return reason;
    }
    return undefined;
  }
  return Object.is(value, matcher) ? undefined : wanted(path, show(matcher), value);
}

function mayBeAbsent(matcher: Matcher): boolean {
  if (!isRecord(matcher)) return false;
  return "$absent" in matcher ||
    (Array.isArray(matcher.$oneOf) && matcher.$oneOf.some(mayBeAbsent));
}

function breaks(rule: Rule, value: unknown, wish: unknown, path: string): string | undefined {
  switch (rule) {
    case "$type":
      return typeName(value, wish) === wish
        ? undefined
        : wanted(path, `type ${String(wish)}`, value);
    case "$matches":
      return typeof value === "string" && new RegExp(String(wish), "u").test(value)
        ? undefined
        : wanted(path, `text matching ${String(wish)}`, value);
    case "$json": {
      if (typeof value !== "string") return wanted(path, "a string of JSON", value);
      const decoded = readJson(value);
      if (decoded === undefined) return wanted(path, "a string of JSON", value);
      return mismatch(decoded, wish, `decoded ${path}`);
    }
    case "$absent": {
      const gone = value === undefined || (wish === "orNull" && value === null);
      return gone ? undefined : wanted(path, "nothing", value);
    }
    case "$oneOf": {
      const choices = Array.isArray(wish) ? wish : [wish];
      return choices.some((choice) => mismatch(value, choice) === undefined)
        ? undefined
        : wanted(path, choices.map(inWords).join(" or "), value);
    }
    case "$not":
      return mismatch(value, wish) === undefined
        ? wanted(path, `anything but ${inWords(wish)}`, value)
        : undefined;
    case "$atLeast":
      return typeof value === "number" && value >= Number(wish)
        ? undefined
        : wanted(path, `at least ${String(wish)}`, value);
    case "$atMost":
      return typeof value === "number" && value <= Number(wish)
        ? undefined
        : wanted(path, `at most ${String(wish)}`, value);
    case "$length":
      return typeof value === "string" || Array.isArray(value)
        ? mismatch(value.length, wish, `length of ${path}`)
        : wanted(path, "something with a length", value);
    case "$equals":
      return same(value, wish) ? undefined : wanted(path, `exactly ${show(wish)}`, value);
    case "$sameItems": {
      const items = Array.isArray(wish) ? wish : [];
      return Array.isArray(value) && isPairedWith(value, items)
        ? undefined
        : wanted(path, `the items ${show(wish)}`, value);
    }
    case "$keys":
      return isRecord(value)
        ? mismatch(Object.keys(value).sort(), wish, `keys of ${path}`)
        : wanted(path, "an object", value);
    case "$every": {
      if (!Array.isArray(value)) return wanted(path, "a list", value);
      for (const [index, item] of value.entries()) {
        const reason = mismatch(item, wish, `${path}[${index}]`);
        if (reason) return reason;
      }
      return undefined;
    }
    case "$distinct":
      return Array.isArray(value) && new Set(value.map(canonical)).size === value.length
        ? undefined
        : wanted(path, "no item twice", value);
  }
}

function typeName(value: unknown, wish: unknown): string {
  if (wish === "integer") return Number.isSafeInteger(value) ? "integer" : typeof value;
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** JSON with sorted keys, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) =>
      isRecord(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
  ) ?? "undefined";
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** Whether there is one value for each matcher and none besides, in any order. */
function isPairedWith(values: readonly unknown[], matchers: readonly unknown[]): boolean {
  const left = [...values];
  for (const matcher of matchers) {
    const at = left.findIndex((value) => mismatch(value, matcher) === undefined);
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

/** What a matcher asks for, as a reader says it: rules by their meaning, not by their `$` words. */
function inWords(matcher: Matcher): string {
  if (!isRecord(matcher)) return show(matcher);
  const entries = Object.entries(matcher);
  if (!entries.some(([key]) => (RULES as readonly string[]).includes(key))) {
    return entries.length === 0
      ? "an object"
      : `an object with ${entries.map(([key, inner]) => `${key}: ${inWords(inner)}`).join(", ")}`;
  }
  return entries.map(([rule, wish]) => ruleInWords(rule, wish)).join(" and ");
}

function ruleInWords(rule: string, wish: unknown): string {
  switch (rule) {
    case "$type":
      return `type ${String(wish)}`;
    case "$matches":
      return `text matching ${String(wish)}`;
    case "$json":
      return `a string of JSON with ${inWords(wish)}`;
    case "$absent":
      return "nothing";
    case "$oneOf":
      return (Array.isArray(wish) ? wish : [wish]).map(inWords).join(" or ");
    case "$not":
      return `anything but ${inWords(wish)}`;
    case "$atLeast":
      return `at least ${String(wish)}`;
    case "$atMost":
      return `at most ${String(wish)}`;
    case "$equals":
      return `exactly ${show(wish)}`;
    default:
      return `${rule.slice(1)} ${inWords(wish)}`;
  }
}

function wanted(path: string, expected: string, value: unknown): string {
  return `${path}: expected ${expected}, found ${show(value)}`;
}

/** Characters of a value that are shown. */
const SHOWN = 300;

/** A value as a reader wants to see it: JSON, cut where it is long. */
export function show(value: unknown): string {
  const isLong = typeof value === "string" && value.length > SHOWN;
  const text = value === undefined
    ? "nothing"
    : JSON.stringify(isLong ? value.slice(0, SHOWN) : value) ?? String(value);
  if (!isLong && text.length <= SHOWN) return text;
  return `${beginning(text, SHOWN)}… (${isLong ? value.length : text.length} characters)`;
}
