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

  it("what did not come, and what was seen in its place", () => {
    const results = observedOnce([
      of("one", check("P-147", "nothing came"), check("P-147", "pusher:cache_miss")),
    ], []);
    assertEquals(observations(results), [["pusher:cache_miss", "pusher:cache_miss"]]);
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

  it("what the model has a word for, and what a page told of it in the same scenario", () => {
    const results = observedOnce(
      [of("one", check("P-121", "the page: event"), check("P-121", "told of itself"))],
      [{
        requirement: "P-121",
        observation: "told of itself",
        seen: "pusher_internal:member_added",
        message: "",
        quotes: [],
      }],
    );
    assertEquals(observations(results), [["told of itself", "told of itself"]]);
  });

  it("what passed or was blocked is left as it is", () => {
    const results = observedOnce(
      [of("one", check("P-219", "HTTP 200"), check("P-219", "an event", "blocked"))],
      [],
    );
    assertEquals(observations(results), [["HTTP 200", "an event"]]);
  });
});
