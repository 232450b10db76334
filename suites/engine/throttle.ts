/**
 * Targets that limit how much one address may ask. What such a limit refuses says nothing about the
 * protocol: a scenario that ran into it accuses nobody.
 */
import type { Scenario } from "./scenario.ts";
import type { Evidence } from "../record/evidence.ts";
import type { Grading } from "./judge.ts";
import { skippedResult } from "./plan.ts";
import type { CaseResult } from "../record/verdict.ts";

/** 429 Too Many Requests (RFC 6585, section 4). */
export const TOO_MANY = 429;

const LIMITS = "the target limits requests";

/** The result; or that it could not be told, where an accusation may be the limit's doing. */
export function unlessThrottled(
  result: CaseResult,
  scenario: Scenario,
  events: readonly Evidence[],
  { requirement }: Grading,
): CaseResult {
  if (result.verdict !== "fail" && result.verdict !== "warn") return result;
  const refused = refusal(events);
  if (refused === undefined) return result;
  const reason = `${LIMITS}: ${refused} was answered with HTTP ${TOO_MANY}; ` +
    "lift the limit for the test";
  return { ...skippedResult(scenario, reason, requirement), durationMs: result.durationMs };
}

/** What a run says of itself in which scenarios were cut short so: it is not complete. */
export function throttledIn(results: Iterable<CaseResult>): string | undefined {
  const cut = [...results].filter(({ verdict, checks }) =>
    verdict === "skip" && checks.some(({ message }) => message.startsWith(LIMITS))
  );
  return cut.length === 0
    ? undefined
    : `${LIMITS} (HTTP ${TOO_MANY}), which ended ${
      cut.length === 1 ? "a scenario" : `${cut.length} scenarios`
    }, first ${cut[0]?.id}: lift the limit for the test`;
}

/** The first that was refused: a new client, or a call of the target's API. */
function refusal(events: readonly Evidence[]): string | undefined {
  const calls = new Map<number, string>();
  for (const event of events) {
    if (event.kind === "upgrade-refused" && event.status === TOO_MANY) return "a new client";
    if (event.kind === "request" && event.path.includes("/apps/")) {
      calls.set(event.exchange, `${event.method} ${event.path.replace(/\?.*/s, "")}`);
    }
    if (event.kind === "response" && event.status === TOO_MANY) {
      const call = calls.get(event.exchange);
      if (call !== undefined) return call;
    }
  }
  return undefined;
}
