/** What a load run comes to, in the words every report of it opens with. */
import type { LoadReport } from "../../suites/record/load/report.ts";

export interface LoadOutcome {
  readonly sentence: string;
  /** `warn` where nothing is known to be wrong and not everything is known to be right. */
  readonly tone: "pass" | "warn" | "fail";
}

/** The gravest thing first: whose figures these are, whether they are all, and what they meet. */
export function loadOutcome({ load, exitCode }: LoadReport): LoadOutcome {
  const { objectives, generatorBound, findings, measurements } = load;
  const of = objectives.length;
  const count = (verdict: string) => objectives.filter((it) => it.verdict === verdict).length;
  const [missed, unknown] = [count("missed"), count("unknown")];
  const parts = [
    generatorBound.length > 0 && "generator-bound",
    !measurements.complete && "ended early",
    `${judged(of, missed, unknown)}${measurements.complete ? "" : " until then"}`,
    findings.length > 0 && `${findings.length} finding${findings.length === 1 ? "" : "s"}`,
  ].filter((part) => part !== false);
  const sentence = parts.join("; ");
  return {
    sentence: sentence.slice(0, 1).toUpperCase() + sentence.slice(1),
    tone: tone(load, { missed, unknown, failed: exitCode !== 0 }),
  };
}

function judged(of: number, missed: number, unknown: number): string {
  if (of === 0) return "no objectives were set";
  const open = unknown > 0 ? `, ${unknown} unknown` : "";
  if (missed > 0) return `${missed} of ${counted(of)} missed${open}`;
  if (unknown > 0) return `${of - unknown} of ${counted(of)} met${open}`;
  return of === 1 ? "the objective is met" : `${of} of ${counted(of)} met`;
}

function counted(objectives: number): string {
  return `${objectives} objective${objectives === 1 ? "" : "s"}`;
}

function tone(
  { objectives, generatorBound, findings, measurements }: LoadReport["load"],
  { missed, unknown, failed }: { missed: number; unknown: number; failed: boolean },
): LoadOutcome["tone"] {
  if (missed > 0 || generatorBound.length > 0 || findings.length > 0 && failed) return "fail";
  const sure = measurements.complete && unknown === 0 && objectives.length > 0;
  return sure && findings.length === 0 ? "pass" : "warn";
}
