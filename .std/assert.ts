/** `@std/assert` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/assert/mod.js";

type Constructor<T> = new (...args: never[]) => T;

interface Assert {
  assert(expression: unknown, message?: string): asserts expression;
  assertEquals<T>(actual: T, expected: T, message?: string): void;
  assertAlmostEquals(actual: number, expected: number, tolerance?: number): void;
  assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
  assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
  assertGreater<T>(actual: T, expected: T, message?: string): void;
  assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
  assertLess<T>(actual: T, expected: T, message?: string): void;
  assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
  assertMatch(actual: string, expected: RegExp, message?: string): void;
  assertNotMatch(actual: string, expected: RegExp, message?: string): void;
  assertStringIncludes(actual: string, expected: string, message?: string): void;
  assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void;
  assertObjectMatch(
    actual: Record<PropertyKey, unknown>,
    expected: Record<PropertyKey, unknown>,
    message?: string,
  ): void;
  assertInstanceOf<T>(
    actual: unknown,
    expected: Constructor<T>,
    message?: string,
  ): asserts actual is T;
  assertThrows<E extends Error = Error>(
    fn: () => unknown,
    errorClass?: Constructor<E>,
    messageIncludes?: string,
  ): E;
  assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    errorClass?: Constructor<E>,
    messageIncludes?: string,
  ): Promise<E>;
  fail(message?: string): never;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Assert;

export const assert: Assert["assert"] = typed.assert;
export const assertEquals: Assert["assertEquals"] = typed.assertEquals;
export const assertAlmostEquals: Assert["assertAlmostEquals"] = typed.assertAlmostEquals;
export const assertNotEquals: Assert["assertNotEquals"] = typed.assertNotEquals;
export const assertStrictEquals: Assert["assertStrictEquals"] = typed.assertStrictEquals;
export const assertExists: Assert["assertExists"] = typed.assertExists;
export const assertGreater: Assert["assertGreater"] = typed.assertGreater;
export const assertGreaterOrEqual: Assert["assertGreaterOrEqual"] = typed.assertGreaterOrEqual;
export const assertLess: Assert["assertLess"] = typed.assertLess;
export const assertLessOrEqual: Assert["assertLessOrEqual"] = typed.assertLessOrEqual;
export const assertMatch: Assert["assertMatch"] = typed.assertMatch;
export const assertNotMatch: Assert["assertNotMatch"] = typed.assertNotMatch;
export const assertStringIncludes: Assert["assertStringIncludes"] = typed.assertStringIncludes;
export const assertArrayIncludes: Assert["assertArrayIncludes"] = typed.assertArrayIncludes;
export const assertObjectMatch: Assert["assertObjectMatch"] = typed.assertObjectMatch;
export const assertInstanceOf: Assert["assertInstanceOf"] = typed.assertInstanceOf;
export const assertThrows: Assert["assertThrows"] = typed.assertThrows;
export const assertRejects: Assert["assertRejects"] = typed.assertRejects;
export const fail: Assert["fail"] = typed.fail;
