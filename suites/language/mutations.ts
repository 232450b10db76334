/**
 * Every way to get a message wrong that a careless parser has not thought of: each field in turn
 * left out, of every wrong type, and of values at the edge of what JSON can say.
 *
 * A scenario names a message that is right (`mutate:`); each mutation becomes a scenario of its
 * own, so that what brings a server down is known to the field and the value.
 */
import { isRecord } from "../wire/frame.ts";

export interface Mutation {
  /** For people and for the scenario's id, for example `data.channel is a list`. */
  readonly name: string;
  /** The message with one thing wrong about it. */
  readonly message: unknown;
}

const LONG = 100_000;
const DEEP = 500;

/** What stands in a field's place, by what to call it. */
const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["a negative fraction", -1.5],
  ["a huge number", 1e308],
  ["an empty string", ""],
  ["a null character", "\u0000"],
  ["half a surrogate pair", "\ud800"],
  ["a very long string", "x".repeat(LONG)],
  ["an empty list", []],
  ["a list of lists", [[[]], null]],
  ["an empty object", {}],
  ["an object that shadows methods", {
    toString: 1,
    length: -1,
    constructor: null,
    hasOwnProperty: false,
  }],
  ["an object with a prototype", JSON.parse('{"__proto__":{"channel":"x","auth":"x"}}')],
  ["deeply nested", nested(DEEP)],
];

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}

/** The mutations of `message`: of the whole, and of every field at any depth, in the order it is written. */
export function mutations(message: unknown): Mutation[] {
  return paths(message).flatMap((path) => {
    const name = path.length === 0 ? "the message" : path.join(".");
    const replaced = VALUES.map(([what, value]) => ({
      name: `${name} is ${what}`,
      message: put(message, path, value),
    }));
    return path.length === 0
      ? replaced
      : [{ name: `${name} is missing`, message: without(message, path) }, ...replaced];
  });
}

type Path = readonly (string | number)[];

function paths(value: unknown, path: Path = []): Path[] {
  const inner = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : isRecord(value)
    ? Object.entries(value)
    : [];
  return [path, ...inner.flatMap(([key, item]) => paths(item, [...path, key]))];
}

function put(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? put(item, rest, replacement) : item));
  }
  const record = isRecord(value) ? value : {};
  return { ...record, [key]: put(record[key], rest, replacement) };
}

function without(value: unknown, [key, ...rest]: Path): unknown {
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_item, index) => index !== key)
      : value.map((item, index) => (index === key ? without(item, rest) : item));
  }
  if (!isRecord(value) || key === undefined) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key], rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
