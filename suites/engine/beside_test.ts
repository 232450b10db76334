import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult, CheckResult } from "../record/verdict.ts";
import { rootsOnly } from "./beside.ts";
import { requirementOf } from "./testing.ts";

const STANDS_ON: Readonly<Record<string, readonly string[]>> = {
  "P-124": ["P-127"],
  "P-127": ["P-120", "P-124"],
};

const failed = (requirement: string, step: number): CheckResult => ({
  requirement,
  level: "must",
  verdict: "fail",
  observation: "seen",
  message: "",
  step,
  quotes: [],
});

const result = (id: string, ...checks: CheckResult[]): CaseResult => ({
  id,
  verdict: "fail",
  durationMs: 1,
  checks,
});

/** `scenario requirement verdict`, and what blocks it. */
const told = (...results: CaseResult[]) =>
  rootsOnly(results, { requirement: (id) => requirementOf(id, { standsOn: STANDS_ON[id] ?? [] }) })
    .flatMap(({ id, checks }) =>
      checks.map(({ requirement, verdict, blockedBy: by }) =>
        `${id} ${requirement} ${verdict}${
          by?.kind === "cause" ? ` ${by.case} ${by.requirement}` : ""
        }`
      )
    );

describe("what stands on a requirement that the same scenario shows broken", () => {
  it("is blocked by it, and of two that stand on each other the first is", () =>
    assertEquals(told(result("storm", failed("P-124", 1), failed("P-127", 2))), [
      "storm P-124 blocked storm P-127",
      "storm P-127 fail",
    ]));

  it("is accused where the other is broken elsewhere only", () =>
    assertEquals(told(result("one", failed("P-124", 1)), result("two", failed("P-127", 1))), [
      "one P-124 fail",
      "two P-127 fail",
    ]));

  it("takes what it had blocked with it", () => {
    const blocked: CheckResult = {
      ...failed("P-302", 3),
      verdict: "blocked",
      blockedBy: { kind: "cause", requirement: "P-124", case: "storm", step: 1 },
    };
    const storm = result("storm", failed("P-124", 1), failed("P-127", 2));
    assertEquals(told(storm, result("other", blocked)).at(-1), "other P-302 blocked storm P-127");
  });
});
