import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Requirement } from "../record/requirement.ts";
import type { Evidence, Happening } from "../record/evidence.ts";
import { throttledIn, unlessThrottled } from "./throttle.ts";
import { oneCheck } from "./testing.ts";
import type { CaseResult, Verdict } from "../record/verdict.ts";

const scenario = oneCheck();

const grading = {
  requirement: () => ({ id: "P-095", level: "must" }) as Requirement, // no more of it is read
  claims: [],
  known: [],
  clockOffsetMs: 0,
};
const ended = (verdict: Verdict): CaseResult => ({
  id: scenario.id,
  verdict,
  durationMs: 7,
  checks: [{
    requirement: "P-095",
    level: "must",
    verdict,
    message: "eve was admitted",
    step: 0,
    quotes: [],
  }],
});
const after = (verdict: Verdict, ...happenings: readonly Happening[]): CaseResult => {
  const events: Evidence[] = happenings.map((happening, seq) => ({
    seq,
    t: seq,
    case: scenario.id,
    ...happening,
  }));
  return unlessThrottled(ended(verdict), scenario, events, grading);
};
const newcomer = (status: number): Happening => ({
  kind: "upgrade-refused",
  socket: "eve#1",
  status,
  body: "",
});
const call = (path: string): Happening => ({
  kind: "request",
  exchange: 1,
  lane: "api",
  method: "POST",
  path,
  headers: {},
  body: "{}",
});
const answer = (status: number): Happening => ({
  kind: "response",
  exchange: 1,
  status,
  headers: {},
  body: "",
});

describe("a scenario that a limit on requests cut short", () => {
  it("accuses nobody, and says what to do", () => {
    const result = after("fail", newcomer(429));
    assertEquals([result.verdict, result.checks[0]?.verdict], ["skip", "skip"]);
    assertStringIncludes(
      result.checks[0]?.message ?? "",
      "a new client was answered with HTTP 429",
    );
    assertStringIncludes(result.checks[0]?.message ?? "", "lift the limit for the test");
  });

  it("names the call of the API that was refused, without its signature", () => {
    const result = after("warn", call("/apps/app-id/events?auth_signature=1f"), answer(429));
    assertStringIncludes(
      result.checks[0]?.message ?? "",
      "POST /apps/app-id/events was answered with HTTP 429",
    );
  });

  it("stays judged where it went well all the same", () => {
    assertEquals(after("pass", newcomer(429)).verdict, "pass");
  });

  it("stays accused where the target refused otherwise, or an application did", () => {
    assertEquals(after("fail", newcomer(503)).verdict, "fail");
    assertEquals(after("fail", call("/apps/app-id/events"), answer(500)).verdict, "fail");
    assertEquals(after("fail", call("/auctions/7/bids"), answer(429)).verdict, "fail");
  });

  it("leaves the run incomplete, or a server that refuses everybody would pass", () => {
    const cut = after("fail", newcomer(429));
    assertEquals(throttledIn([ended("pass"), ended("skip")]), undefined);
    assertEquals(
      throttledIn([ended("pass"), cut]),
      "the target limits requests (HTTP 429), which ended a scenario, first auth/a/b: " +
        "lift the limit for the test",
    );
  });
});
