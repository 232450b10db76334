import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Matcher, mismatch } from "./matcher.ts";

const matching: readonly [string, unknown, Matcher][] = [
  ["a scalar", "a", "a"],
  ["an object with more keys than named", { a: 1, b: 2 }, { a: 1 }],
  ["a list", [1, { a: 1 }], [1, { a: 1 }]],
  ["a type", 3, { $type: "integer" }],
  ["null as a type of its own", null, { $type: "null" }],
  ["a regular expression", "12.34", { $matches: "^\\d+\\.\\d+$" }],
  ["JSON in a string", '{"a":[1]}', { $json: { a: [1] } }],
  ["a missing key", { a: 1 }, { b: { $absent: true } }],
  ["null where null is as good as nothing", { b: null }, { b: { $absent: "orNull" } }],
  ["a missing key where absence is one of several", {}, { b: { $oneOf: [{ $absent: true }, 1] } }],
  ["one of several", 4, { $oneOf: [3, 4] }],
  ["the contrary", 4, { $not: 3 }],
  ["bounds", 4, { $atLeast: 4, $atMost: 4 }],
  ["a length", "abcd", { $length: 4 }],
  ["exact equality whatever the order of keys", { a: 1, b: 2 }, { $equals: { b: 2, a: 1 } }],
  ["the same items in another order", [2, 1], { $sameItems: [1, 2] }],
  ["keys", { b: 1, a: 2 }, { $keys: ["a", "b"] }],
  ["every item", [1, 2], { $every: { $type: "number" } }],
  ["distinct items", [{ a: 1 }, { a: 2 }], { $distinct: true }],
];

const failing: readonly [string, unknown, Matcher, string][] = [
  ["another scalar", "b", "a", 'expected "a", found "b"'],
  ["a missing key", { a: 1 }, { b: 1 }, "key is missing"],
  ["a longer list", [1, 2], [1], "1 items"],
  ["a number in place of a string", 3, { $type: "string" }, "type string"],
  ["a fraction in place of an integer", 1.5, { $type: "integer" }, "type integer"],
  ["text that is not JSON", "{", { $json: {} }, "string of JSON"],
  ["an object where a string of JSON is due", {}, { $json: {} }, "string of JSON"],
  ["a key that should be gone", { b: 1 }, { b: { $absent: true } }, "expected nothing"],
  ["one key too many", { a: 1, b: 2 }, { $equals: { a: 1 } }, "exactly"],
  ["an item twice", [1, 1], { $distinct: true }, "no item twice"],
  ["a missing item", [1], { $sameItems: [1, 2] }, "the items"],
  ["what is excluded", 401, { $not: { $oneOf: [401, 403] } }, "anything but 401 or 403"],
  [
    "a key that has to fit a rule",
    {},
    { ttl: { $type: "integer", $atLeast: 1 } },
    "type integer and at least 1",
  ],
  ["an inherited property", {}, { constructor: { $type: "object" } }, "key is missing"],
];

describe("a matcher", () => {
  for (const [what, value, matcher] of matching) {
    it(`accepts ${what}`, () => assertEquals(mismatch(value, matcher), undefined));
  }
  for (const [what, value, matcher, words] of failing) {
    it(`refuses ${what} and says why`, () =>
      assertStringIncludes(mismatch(value, matcher) ?? "", words));
  }
  it("names the path of what is wrong", () => {
    assertStringIncludes(mismatch({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }) ?? "", "it.a[0].b");
  });
});
