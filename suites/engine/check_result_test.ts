import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Requirement } from "../record/requirement.ts";
import { passed } from "./check_result.ts";
import type { Question } from "./judge.ts";
import type { ActionStep } from "./scenario.ts";
import { requirementOf } from "./testing.ts";

/** What a check of P-123 comes to that waited so long for what came, and is late by `lateMs`. */
function verdictAfter(
  tookMs: number,
  lateMs: number | undefined,
  { removesWithin, ...more }: Partial<Requirement> & { readonly removesWithin?: number } = {},
): string {
  const question: Question = {
    step: { index: 0 } as ActionStep, // no more of it is read
    check: { requirement: "P-123" },
    finding: { holds: true, message: "it came", quotes: [7] },
    rounds: 1,
    premises: [],
    missing: false,
    isBroken: false,
    observation: "",
    tookMs,
    ...(lateMs === undefined ? {} : { lateMs }),
  };
  const grading = {
    requirement: (id: string) => requirementOf(id, more),
    claims: [],
    known: [],
    clockOffsetMs: 0,
    bounds: removesWithin === undefined ? {} : { removesWithin },
  };
  return passed(question, "presence/members/breaks-off", { grading }).verdict;
}

describe("what came", () => {
  it("passes in time, and is late after its deadline", () => {
    assertEquals(verdictAfter(4500, undefined), "pass");
    assertEquals(verdictAfter(15_100, 10_100), "late");
  });

  it("is failed after its deadline where its source names a bound", () => {
    assertEquals(verdictAfter(15_100, 10_100, { bound: "10 s" }), "fail");
  });

  it("is no failure of a should, however late", () => {
    assertEquals(verdictAfter(15_100, 10_100, { level: "should" }), "warn");
  });
});

describe("where the target file names a bound, what came", () => {
  const within = (removesWithin: number) => ({ boundBy: "removesWithin" as const, removesWithin });

  it("passes within it, however late", () => {
    assertEquals(verdictAfter(15_100, 10_100, within(20_000)), "pass");
  });

  it("is failed past it, even within the scenario's deadline", () => {
    assertEquals(verdictAfter(15_100, 10_100, within(10_000)), "fail");
    assertEquals(verdictAfter(4500, undefined, within(3000)), "fail");
  });

  it("may overstep it by a second on a busy machine", () => {
    assertEquals(verdictAfter(3900, undefined, within(3000)), "pass");
  });

  it("is held to it only where the requirement is bound by that key", () => {
    assertEquals(verdictAfter(4500, undefined, { removesWithin: 3000 }), "pass");
  });
});
