import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Scenario } from "../engine/scenario.ts";
import type { Covered } from "./coverage.ts";
import type { Mutant } from "./mutant.ts";
import { inBatches, reaching } from "./order.ts";
import { findingOf } from "./table.ts";

const mutant: Mutant = {
  id: "7",
  hash: "seven",
  file: "server/a.ts",
  line: 10,
  mutator: "BooleanLiteral",
  original: "true",
  replacement: "false",
};

const scenario = (id: string, more: Partial<Scenario> = {}): Scenario => ({
  id,
  family: id.split("/").slice(0, 2).join("/"),
  suite: "a",
  title: "",
  file: "",
  line: 1,
  app: "main",
  needs: [],
  schedule: "parallel",
  slow: false,
  fullOnly: false,
  ownServer: false,
  deadlineMs: 5000,
  clients: {},
  variables: {},
  steps: [],
  ...more,
});

const covered = (...mutants: string[]): Covered => ({ hash: "", mutants, durationMs: 1 });
const ids = (scenarios: readonly Scenario[]) => scenarios.map(({ id }) => id);

describe("the scenarios that reach a mutant", () => {
  const scenarios = [scenario("a/one"), scenario("a/two"), scenario("a/wrong")];
  const of = {
    "a/one": covered("7"),
    "a/two": covered("8"),
    "a/wrong": { ...covered("7"), fails: "P-001" },
  };

  it("are those that execute it, unless they fail without any", () => {
    assertEquals(ids(reaching(mutant, scenarios, { atStart: [], withApplication: [], of })), [
      "a/one",
    ]);
  });

  it("are all where it is executed before any begins", () => {
    assertEquals(ids(reaching(mutant, scenarios, { atStart: ["7"], withApplication: [], of })), [
      "a/one",
      "a/two",
    ]);
  });

  it("are all that need the application where it is executed when that starts", () => {
    const shopping = scenario("a/two", { needs: ["application.placeBid"] });
    assertEquals(
      ids(reaching(mutant, [scenario("a/one"), shopping], {
        atStart: [],
        withApplication: ["7"],
        of: { "a/one": covered("8"), "a/two": covered("8") },
      })),
      ["a/two"],
    );
  });
});

describe("the scenarios that reach a mutant are tried", () => {
  const of = {
    "a/b/1": covered("7"),
    "a/b/2": covered("7"),
    "a/c/1": covered("7", "8"),
    "a/d/1": covered("7", "8", "9"),
  };
  const parallel = Object.keys(of).map((id) => scenario(id));
  const tried = (scenarios: readonly Scenario[], noticing?: string) =>
    inBatches(
      mutant,
      scenarios,
      { atStart: [], withApplication: [], of },
      noticing === undefined ? [] : [findingOf({ ...mutant, line: 12 }, {
        status: "noticed",
        scenario: noticing,
      })],
    ).map(ids);

  it("one of each family first, the most focused before the others", () => {
    assertEquals(tried(parallel), [["a/b/1", "a/c/1", "a/d/1", "a/b/2"]]);
  });

  it("after one that noticed a mutant near by", () => {
    assertEquals(tried(parallel, "a/d/1")[0]?.[0], "a/d/1");
  });

  it("before those that wait for clocks or run alone", () => {
    const slow = scenario("a/b/1", { slow: true });
    const alone = scenario("a/c/1", { schedule: "alone" });
    assertEquals(tried([slow, alone, scenario("a/d/1")]), [["a/d/1"], ["a/b/1", "a/c/1"]]);
  });
});
