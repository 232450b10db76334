import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Evidence } from "../record/evidence.ts";
import { openBudget } from "./budget.ts";
import type { Scenario } from "./scenario.ts";
import { scenarioVerb } from "./verb.ts";
import { z } from "zod";

/** A scenario that asks for so many connections. */
function asking(id: string, connections: number): Scenario {
  const verb = scenarioVerb({
    name: "opens",
    summary: "",
    schema: z.strictObject({}),
    asks: () => ({ connections }),
    run: () => ({ outcome: "done" }),
  });
  const step = { kind: "action", index: 0, line: 1, text: "", actor: "", verb } as const;
  return {
    id,
    family: id,
    suite: "budget",
    title: id,
    file: "budget.yaml",
    line: 1,
    app: "main",
    needs: [],
    schedule: "parallel",
    slow: false,
    fullOnly: false,
    ownServer: false,
    deadlineMs: 1000,
    clients: {},
    variables: {},
    steps: [{ ...step, params: {}, checks: [] }],
  };
}

const dials = (count: number): Evidence[] =>
  Array.from({ length: count }, (_, seq) => ({
    seq,
    t: seq,
    case: "budget",
    kind: "dial",
    socket: `ana#${seq + 1}`,
    url: "ws://127.0.0.1/app/key",
  }));

describe("a budget", () => {
  it("lets nothing begin that asks for more than is left, and says both numbers", () => {
    const budget = openBudget({ connections: 10 }, "quick");
    assertEquals(budget.reserve(asking("budget/one", 6)), undefined);
    assertEquals(
      budget.reserve(asking("budget/two", 6)),
      "it asks for 6 connections at least, and --budget leaves 4",
    );
    assertEquals(budget.reserve(asking("budget/three", 4)), undefined);
  });

  it("counts what was taken in the place of what was reserved", () => {
    const budget = openBudget({ connections: 10 }, "quick");
    const one = asking("budget/one", 6);
    budget.reserve(one);
    budget.spend(dials(2), one);
    assertEquals(budget.reserve(asking("budget/two", 8)), undefined);
    budget.spend(dials(9), asking("budget/two", 8));
    assertEquals(
      budget.reserve(asking("budget/three", 1)),
      "it asks for 1 connection at least, and --budget leaves 0",
    );
  });

  it("limits nothing that it does not name", () => {
    const budget = openBudget({ messages: 1 }, "quick");
    assertEquals(budget.reserve(asking("budget/one", 6000)), undefined);
  });
});
