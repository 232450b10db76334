/** What `explore` leaves of a failure: a scenario that runs by itself, and a record of where it was seen. */
import { join } from "@std/path";
import { secretsOf, type Target } from "../../targets/target.ts";
import type { Failure } from "../explore/explore.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import { keepRecord } from "../record/check/keep.ts";
import { masking } from "../record/check/masking.ts";
import { EXIT } from "../record/exit_code.ts";
import type { Requirement } from "../record/requirement.ts";
import { caseLines, runLine } from "./record_head.ts";
import { VOCABULARY } from "./vocabulary.ts";

export interface FoundIn {
  readonly target: Target;
  /** Plumbline started the server. */
  readonly start: boolean;
  readonly seed: number;
  readonly requirements: readonly Requirement[];
}

/** Writes `found-N.yaml` and the record `found-N.jsonl`; the path of the first. */
export function saveFound(
  { finding, text, trial }: Failure,
  number: number,
  out: string,
  { target, start, seed, requirements }: FoundIn,
): string {
  const path = join(out, `found-${number}.yaml`);
  Deno.writeTextFileSync(path, text);
  const record = keepRecord(
    join(out, `found-${number}.jsonl`),
    masking(secretsOf(target)),
  );
  const run = parseScenarios(readSource(path, text), VOCABULARY);
  const id = run[0]?.id ?? "";
  const options = { seed, depth: "quick" } as const;
  const level = requirements.find((row) => row.id === finding.requirement)?.level ?? "must";
  const durationMs = (trial.events.at(-1)?.t ?? 0) - (trial.events[0]?.t ?? 0);
  record.write(
    runLine({
      id: "explore",
      options,
      target,
      application: undefined,
      root: ".",
      start,
      requirements,
    }),
  );
  for (const line of caseLines({ run, skipped: [] }, ".")) record.write(line);
  for (const event of trial.events) record.write({ line: "evidence", ...event, case: id });
  record.write({
    line: "verdict",
    id,
    verdict: "fail",
    durationMs,
    checks: [{
      requirement: finding.requirement,
      level,
      verdict: "fail",
      cause: "implementation",
      observation: finding.observation,
      message: finding.message,
      step: -1,
      quotes: finding.quotes,
    }],
  });
  record.write({ line: "finish", durationMs, complete: true, exitCode: EXIT.failed });
  record.close();
  record.failed.throwIfAborted();
  return path;
}
