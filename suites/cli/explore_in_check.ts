/**
 * The random histories of a `check`: a fixed share of time, after all scenarios have ended. What the
 * model cannot explain there is shrunk and seen again on fresh connections, and becomes a scenario
 * of the run that failed. A requirement that failed already accuses once only, and what stands on
 * one that failed not at all.
 */
import { isAbsent, isBroken } from "../engine/cause_kind.ts";
import { accusation } from "../engine/check_result.ts";
import type { Fixture } from "../engine/fixture.ts";
import type { Grading } from "../engine/grade.ts";
import { EXPLORE_CASE } from "../record/check/own_cases.ts";
import { explore, type Failure, isConfirmed } from "../explore/explore.ts";
import type { EvidenceLog } from "../record/evidence_log.ts";
import type { CaseLine, RecordLine } from "../record/check/lines.ts";
import { ACCUSATIONS, type CaseResult } from "../record/verdict.ts";
import { appsOf, laboratoryOf, newRun } from "./explore.ts";
import { saveFound } from "./found.ts";
import type { Choice } from "./chosen.ts";

/** Time of histories, in milliseconds. */
const SHARE_MS = { quick: 2000, full: 20_000 } as const;
/** Histories at one time: what has begun is brought to its end after the time is over. */
const SIDE_BY_SIDE = { quick: 8, full: 24 } as const;

/** Fewer connections than histories side by side need; a target that bears no more is not explored. */
export const EXPLORING_CONNECTIONS = 120;

/** Whether the choice of scenarios has room for histories, which are none of them. */
export function isExplored({ suites, ids, requirements, exclude = [] }: Choice): boolean {
  if (exclude.includes(EXPLORE_CASE.suite)) return false;
  return suites.includes(EXPLORE_CASE.suite) ||
    (suites.length === 0 && ids.length === 0 && requirements.length === 0);
}

export interface Share {
  readonly fixture: Fixture;
  readonly grading: Grading;
  /** What the run has come to so far. */
  readonly results: readonly CaseResult[];
  readonly depth: "quick" | "full";
  readonly seed: number;
  readonly out: string;
  readonly root: string;
  readonly signal: AbortSignal;
  /** Where it is written down what was done. */
  readonly log: EvidenceLog;
  readonly write: (line: RecordLine) => void;
}

/** Explores for its share of time; the histories' own result, then one for each failure. */
export async function exploreShare(share: Share): Promise<CaseResult[]> {
  const { fixture, results, depth, seed, signal, log } = share;
  const { target, open } = fixture;
  if (target.maxConnections !== undefined && target.maxConnections < EXPLORING_CONNECTIONS) {
    return [];
  }
  const failed = new Set(
    results.flatMap(({ checks }) =>
      checks.flatMap(({ verdict, requirement }) => ACCUSATIONS.has(verdict) ? [requirement] : [])
    ),
  );
  const began = performance.now();
  const failures: Failure[] = [];
  const progress = await explore({
    laboratory: laboratoryOf(fixture, newRun()),
    apps: depth === "full"
      ? appsOf(target, open.webhooks)
      // Webhooks come late, caches end late; waiting for them takes more than a quick share.
      : appsOf(target, undefined).filter(({ cacheTtlMs }) => cacheTtlMs === undefined),
    seed,
    forMs: SHARE_MS[depth],
    sideBySide: SIDE_BY_SIDE[depth],
    signal,
    // What follows from what failed already is that once more; what is not offered is told as that.
    isKnown: ({ requirement, kind }) =>
      isNotOffered(requirement, share.grading) || [
        requirement,
        ...(kind ? [kind.guardedBy] : []),
        ...share.grading.requirement(requirement).standsOn ?? [],
      ].some((one) => failed.has(one)),
    onProgress: () => {},
    onFailure: (failure) => {
      if (isConfirmed(failure)) failures.push(failure);
    },
  });
  const { histories, steps } = progress;
  const roots = failures.filter(({ finding: { requirement } }) =>
    !share.grading.requirement(requirement).standsOn?.some((one) =>
      failures.some(({ finding }) => finding.requirement === one)
    )
  );
  const text = `seed ${seed}: ${histories} histories of ${steps} steps in ${
    Math.round(performance.now() - began)
  } ms, ${roots.length} unexplained`;
  const note = log.add({ kind: "note", text });
  const own: CaseResult = {
    id: EXPLORE_CASE.id,
    verdict: "pass",
    durationMs: Math.round(performance.now() - began),
    checks: [],
  };
  const named = new Map<string, number>();
  return [
    own,
    ...roots.map((failure, index) => {
      const { requirement } = failure.finding;
      const times = (named.get(requirement) ?? 0) + 1;
      named.set(requirement, times);
      const id = `explore/found/${requirement.toLowerCase()}${times > 1 ? `-${times}` : ""}`;
      return writeDown(failure, { id, number: index + 1, after: note.seq, since: note.t }, share);
    }),
  ];
}

/**
 * About a feature that the probe did not find, and that no other app of the target file has; or that
 * it found broken, as sign-in that is switched off: what it guards is the scenarios' to judge.
 */
function isNotOffered(id: string, { probed, requirement, claims }: Grading): boolean {
  const { optIn } = requirement(id);
  const isElsewhere = optIn !== undefined && claims.includes(optIn);
  return probed !== undefined && !isElsewhere && (isAbsent(id, probed) || isBroken(id, probed));
}

/** Places of evidence numbers for each failure: the run's own go on behind them. */
const NUMBERS = 1_000_000;

interface Place {
  readonly id: string;
  readonly number: number;
  /** The last number and the time before the failure's own. */
  readonly after: number;
  readonly since: number;
}

/** The failure as a scenario of the run, with its evidence; and as files that run by themselves. */
function writeDown(
  failure: Failure,
  { id, number, after, since }: Place,
  { fixture, grading, seed, out, root, write }: Share,
): CaseResult {
  const { finding, trial } = failure;
  const requirements = [grading.requirement(finding.requirement)];
  const found = { target: fixture.target, start: fixture.managed, seed, requirements };
  const path = saveFound(failure, number, out, found);
  const base = after + number * NUMBERS;
  const line: CaseLine = {
    line: "case",
    id,
    suite: EXPLORE_CASE.suite,
    title: `History that the protocol does not explain: ${finding.observation}`,
    file: path.startsWith(root) ? path.slice(root.length + 1) : path,
    at: 1,
    steps: [],
  };
  write(line);
  for (const event of trial.events) {
    write({ line: "evidence", ...event, case: id, seq: base + event.seq, t: since + event.t });
  }
  const check = accusation(id, { grading, accused: new Map() }, {
    requirement: finding.requirement,
    observation: finding.observation,
    message:
      `${finding.message} (seed ${seed}; seen again ${failure.again} of ${failure.of} times; ${path})`,
    quotes: finding.quotes.map((seq) => base + seq),
    step: -1,
  });
  const durationMs = (trial.events.at(-1)?.t ?? 0) - (trial.events[0]?.t ?? 0);
  return { id, verdict: check.verdict, durationMs, checks: [check] };
}
