/** What a run judges of itself: that the server was there all the time (P-318). */
import { RUN_CASE } from "../record/check/own_cases.ts";
import type { CaseResult, CheckResult } from "../record/verdict.ts";
import type { Grading } from "./grade.ts";
import type { Death } from "./lifeline.ts";

const UPTIME = "P-318";
/** Scenarios that are named; the others are counted. */
const NAMED = 5;

/** P-318: failed with the first death where the server died, whoever made it die; else passed. */
export function runCase(
  deaths: readonly Death[],
  log: readonly number[],
  { requirement, known }: Grading,
): CaseResult {
  const { id, level } = requirement(UPTIME);
  const admitted = known.find((entry) => entry.requirement === id);
  const check: CheckResult = deaths[0] === undefined
    ? {
      requirement: id,
      level,
      verdict: "pass",
      message: "no death was seen",
      step: -1,
      quotes: [],
    }
    : {
      requirement: id,
      level,
      verdict: admitted ? "known" : "fail",
      cause: admitted?.cause ?? "implementation",
      observation: "the server died",
      message: messageOf(deaths, deaths[0]),
      step: -1,
      quotes: log,
    };
  return { id: RUN_CASE.id, verdict: check.verdict, durationMs: 0, checks: [check] };
}

function messageOf(deaths: readonly Death[], { how, running }: Death): string {
  const times = deaths.length === 1 ? "once" : `${deaths.length} times`;
  const more = running.length - NAMED;
  const who = running.length === 0
    ? "no scenario was running"
    : `${running.length === 1 ? "one scenario was" : `${running.length} scenarios were`} running: ${
      running.slice(0, NAMED).join(", ")
    }${more > 0 ? ` and ${more} more` : ""}`;
  return `the server died ${times}; first: ${how}, while ${who}`;
}
