import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult, CheckResult } from "../record/verdict.ts";
import type { Grading } from "./grade.ts";
import { signedOnce } from "./signed_once.ts";
import { requirementOf } from "./testing.ts";

const check = (requirement: string, more: Partial<CheckResult> = {}): CheckResult => ({
  requirement,
  level: "must",
  verdict: "fail",
  observation: "HTTP 401",
  message: "",
  step: 3,
  quotes: [1],
  ...more,
});

const by = { kind: "cause", requirement: "P-263", case: "list", step: 3 } as const;
const blocked = { verdict: "blocked", blockedBy: by } as const;
const of = (id: string, ...checks: CheckResult[]): CaseResult => ({
  id,
  verdict: "fail",
  durationMs: 0,
  checks,
});

const told = (results: readonly CaseResult[], hasPrefix = false) => {
  const grading: Grading = {
    requirement: (id) => requirementOf(id),
    claims: [],
    known: [],
    clockOffsetMs: 0,
    hasPrefix,
  };
  return signedOnce(results, grading).flatMap(({ checks }) =>
    checks.map(({ requirement, verdict, blockedBy }) =>
      `${requirement} ${verdict}${blockedBy?.kind === "cause" ? ` ${blockedBy.requirement}` : ""}`
    )
  );
};

const all = [
  of("list", check("P-263")),
  of("publish", check("P-235"), check("P-080", blocked)),
  of("signed", check("P-223", blocked), check("P-227", blocked)),
];

describe("an API that refuses all that is signed rightly", () => {
  it("is accused once, of how it verifies the signature", () => {
    assertEquals(told(all), [
      "P-263 blocked P-223",
      "P-235 blocked P-223",
      "P-080 blocked P-223",
      "P-223 fail",
      "P-227 blocked P-223",
    ]);
  });

  it("is accused of the path that it verifies, where a prefix stands before it", () => {
    assertEquals(told(all, true).filter((line) => line.endsWith("fail")), ["P-227 fail"]);
  });

  it("is accused of each endpoint where another one takes what is signed, or is refused otherwise", () => {
    const taken = [...all, of("one", check("P-267", { verdict: "pass" }))];
    assertEquals(told(taken).filter((line) => line.endsWith("fail")), ["P-263 fail", "P-235 fail"]);
    const [list, ...rest] = all;
    const missing = [of("publish", check("P-235", { observation: "HTTP 404" })), ...rest.slice(1)];
    assertEquals(told(list ? [list, ...missing] : []).filter((line) => line.endsWith("fail")), [
      "P-263 fail",
      "P-235 fail",
    ]);
  });
});
