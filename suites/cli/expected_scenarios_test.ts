import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { withoutScenario } from "./expected_scenarios.ts";

const entry = (scenario: string) => ({ scenario, requirement: "P-001", reason: "so", line: 1 });
const scenarios = [{ id: "auth/private/refused" }, { id: "cache/miss" }];
const table = { successors: [{ scenario: "auth/old", now: ["cache/miss"], reason: "renamed" }] };
const left = (...names: string[]) =>
  withoutScenario(names.map(entry), scenarios, table).map(({ scenario }) => scenario);

describe("entries about no scenario", () => {
  it("are those whose id or glob matches none", () => {
    assertEquals(left("cache/miss", "cache/mis", "cache", "*/miss", "auth/**"), [
      "cache/mis",
      "cache",
    ]);
  });

  it("are not those that name a scenario as it was called", () => {
    assertEquals(left("auth/old"), []);
  });
});
