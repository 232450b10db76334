/** The part of a scenario's wire log that shows what a check says. */
import type { CheckResult } from "../../suites/record/verdict.ts";
import type { CaseView } from "../../suites/record/check/read.ts";
import { wireLine, wireText } from "../../suites/record/words.ts";

/** At most so many lines of at most so many characters: an excerpt, not the log. */
const LINES = 12;
const PAYLOAD = 240;

/** The quoted lines of some checks as plain text, one event a line. */
export function excerpt(of: CaseView, checks: readonly CheckResult[]): string[] {
  const quoted = new Set(checks.flatMap((check) => check.quotes));
  const events = of.evidence.filter((event) => quoted.has(event.seq));
  const start = of.evidence[0]?.t ?? 0;
  const lines = events.slice(0, LINES).map((event) => wireText(wireLine(event, start), PAYLOAD));
  const more = events.length - lines.length;
  return more > 0 ? [...lines, `(${more} more)`] : lines;
}
