import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { inWords, readObjective } from "./objective.ts";

function read(text: string) {
  const objective = readObjective(text);
  assert(typeof objective !== "string", String(objective));
  return { ...objective.figure, operation: objective.operation, value: objective.value };
}

describe("an objective", () => {
  for (
    const [text, meaning] of [
      ["delivery p95 <= 65ms", { of: "delivery", quantile: 0.95, operation: "<=", value: 65 }],
      ["connect p99.9 < 1.5s", { of: "connect", quantile: 0.999, operation: "<", value: 1500 }],
      ["answer max<=900us", { of: "answer", quantile: 1, operation: "<=", value: 0.9 }],
      ["delivered >= 99.99%", { of: "delivered", operation: ">=", value: 0.9999 }],
      ["duplicated == 0", { of: "duplicated", operation: "==", value: 0 }],
      ["rss  per connection <= 15KB", {
        of: "rss per connection",
        operation: "<=",
        value: 15_000,
      }],
      ["cpu <= 1.5", { of: "cpu", operation: "<=", value: 1.5 }],
      ["rss growth <= 1MB/min", { of: "rss growth", operation: "<=", value: 1e6 }],
      ["bytes per event <= 10B", { of: "bytes per event", operation: "<=", value: 10 }],
      ["descriptors after release == idle", {
        ...{ of: "descriptors after release", operation: "==", value: 0 },
      }],
    ] as const
  ) {
    it(`is understood: ${text}`, () => assertEquals<unknown>(read(text), meaning));
  }

  for (
    const text of [
      "delivery p99.99 <= 65ms",
      "connect max < 1500ms",
      "delivered >= 99.99%",
      "duplicated == 0",
      "rss per connection <= 15000B",
      "cpu <= 1.5",
      "rss growth <= 1000000B/min",
      "bytes per event <= 10B",
      "descriptors after release == 0",
    ]
  ) {
    it(`is the same in a plan: ${text}`, () => {
      const { of: metric, ...bound } = read(text);
      assertEquals(inWords({ metric, ...bound }).text, text);
    });
  }

  for (
    const [text, message] of [
      ["delivery", "write it as"],
      ["delivery <= 65ms", "needs a quantile: delivery p95"],
      ["delivery p101 <= 65ms", "needs a quantile"],
      ["delivery p0 <= 65ms", "needs a quantile"],
      ["delivry p95 <= 65ms", 'Did you mean "delivery"?'],
      ["delivery p95 <= 65", "is in us, µs, ms, s: write delivery p95 <= 65ms"],
      ["delivered >= 1", "is in %: write delivered >= 1%"],
      ["duplicated == 0ms", "has no unit: write duplicated == 0"],
    ] as const
  ) {
    it(`says what is wrong: ${text}`, () => {
      const problem = readObjective(text);
      assert(typeof problem === "string", "it is understood");
      assertStringIncludes(problem, message);
    });
  }
});
