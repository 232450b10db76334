import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { CaseResult, CheckResult, Verdict } from "../record/verdict.ts";
import { observedOnce } from "./observed_once.ts";

const check = (
  requirement: string,
  observation: string,
  verdict: Verdict = "fail",
): CheckResult => ({
  requirement,
  level: "must",
  verdict,
  observation,
  message: "",
  step: 1,
  quotes: [],
});

const of = (id: string, ...checks: CheckResult[]): CaseResult => ({
  id,
  verdict: "fail",
  durationMs: 0,
  checks,
});

const observations = (results: readonly CaseResult[]) =>
  results.map(({ checks }) => checks.map(({ observation }) => observation));

describe("one cause has one observation:", () => {
  it("a wrong status, and what it let pass in the same scenario", () => {
    const results = observedOnce([
      of("one", check("P-219", "HTTP 200"), check("P-219", "an event"), check("P-080", "an event")),
      of("other", check("P-219", "an event")),
    ], []);
    assertEquals(observations(results), [["HTTP 200", "HTTP 200", "an event"], ["an event"]]);
  });

  it("what the model has a word for is called so by a check that quotes such a frame", () => {
    const results = observedOnce(
      [of("one", check("P-116", "a roster")), of("two", check("P-117", "a roster"))],
      [{
        requirement: "P-116",
        observation: "counts differ",
        seen: "a roster",
        message: "",
        quotes: [],
      }],
    );
    assertEquals(observations(results), [["counts differ"], ["a roster"]]);
  });

  it("what passed or was blocked is left as it is", () => {
    const results = observedOnce(
      [of("one", check("P-219", "HTTP 200"), check("P-219", "an event", "blocked"))],
      [],
    );
    assertEquals(observations(results), [["HTTP 200", "an event"]]);
  });
});
