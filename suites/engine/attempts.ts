/**
 * Telling one scenario: on the stage as it is, judged as soon as it is over, and told again where its
 * failure may be this machine's fault or the server died under it.
 */
import { delay } from "@std/async";
import { CannotStart } from "../../targets/start.ts";
import type { OpenTarget } from "./open_target.ts";
import { Unreachable } from "./unreachable.ts";
import type { Scenario } from "./scenario.ts";
import type { Evidence } from "../record/evidence.ts";
import type { EvidenceLog, Recorder } from "../record/evidence_log.ts";
import { type Grading, judge } from "./judge.ts";
import { needsApplication, skippedResult } from "./plan.ts";
import type { EventLoopLag } from "./event_loop_lag.ts";
import type { Fixture } from "./fixture.ts";
import { type Attempt, createAttempt } from "./attempt.ts";
import { tell } from "./run_steps.ts";
import { unlessThrottled } from "./throttle.ts";
import type { CaseResult } from "../record/verdict.ts";

export interface RunOptions {
  readonly fixture: Fixture;
  readonly recorder: Recorder;
  readonly grading: Grading;
  readonly run: string;
  readonly depth: "quick" | "full";
  /** Of everything random in a scenario. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of every verdict, and again when a late frame changed it. */
  readonly onResult: (scenario: Scenario, result: CaseResult) => void;
}

/** What all tellings of a run share. */
export type Context = RunOptions & {
  readonly attempts: { next: number };
  readonly lag: EventLoopLag;
};

/** How often a scenario is told before its failure is put down to this machine. */
const ATTEMPTS = 4;

/** A scenario of fewer clients fills no server. */
const CROWD = 20;
/** How long a full server may take to have room again, and how often it is asked. */
const ROOM_MS = 1000;
const ASK_MS = 200;
/** One that cannot be started again is waited for until scenarios that are being told have ended too. */
const PATIENCE_MS = 10_000;

/** A scenario about time bears little; any other bears what is well below its deadlines. */
const LONGEST_STALL_MS = { slow: 100, other: 1000 };

/** A scenario's end: its result, or the news that the server died under it. */
type Ending =
  | { readonly kind: "told"; readonly attempt: Attempt; readonly result: CaseResult }
  | { readonly kind: "died"; readonly log: EvidenceLog; readonly why: string };

/** The target is down, and cannot be brought up again. */
export class TargetLost extends Error {}

/**
 * Tells one scenario with nothing beside it. A death counts only when a fresh server dies of it too,
 * and a failure only when this machine kept up meanwhile.
 */
export async function alone(scenario: Scenario, context: Context): Promise<CaseResult> {
  let deaths = 0;
  for (let round = 1; round <= ATTEMPTS; round++) {
    const began = performance.now();
    const ending = await runOnce(scenario, context);
    if (ending.kind === "died") {
      await revive(scenario, context);
      if (++deaths === 2) return killed(scenario, ending, context);
      ending.log.add({
        kind: "note",
        text: `the server went down (${ending.why}); told again on a fresh one`,
      });
      continue;
    }
    ending.attempt.release();
    if (!isAccusation(ending.result) || !isDisturbed(scenario, began, context)) {
      return ending.result;
    }
    ending.attempt.log.add({ kind: "note", text: "this machine stood still; told again" });
  }
  const reason = "could not be judged: this machine stood still whenever the scenario was told";
  return skippedResult(scenario, reason, context.grading.requirement);
}

export const isAccusation = ({ verdict }: CaseResult) => verdict === "fail" || verdict === "warn";

/** Whether a client was sent away without a word, as one may be by a server that is full of others. */
export function wasTurnedAway(events: readonly Evidence[]): boolean {
  const greeted = new Set(
    events.flatMap((event) => event.kind === "received" ? [event.socket] : []),
  );
  return events.some((event) =>
    event.kind === "closed" && event.by === "target" && !greeted.has(event.socket)
  );
}

/** Whether this process stood still for so long since `began` that a failure proves nothing. */
export function isDisturbed(scenario: Scenario, began: number, { lag }: Context): boolean {
  return lag.longestStall(began) >
    (scenario.slow ? LONGEST_STALL_MS.slow : LONGEST_STALL_MS.other);
}

/** Brings the server up again if it is down. Throws `TargetLost` when it cannot. */
export async function revive(at: Scenario, { fixture }: Context): Promise<void> {
  if (await fixture.whyDown() === undefined) return;
  if (!fixture.managed) {
    const why = await downForGood(fixture, PATIENCE_MS);
    if (why === undefined) return;
    throw new TargetLost(
      `the target went down at ${at.id} (${why}), and without --start Plumbline cannot bring it up ` +
        "again; if it was only full, give it room, or its file a maxConnections",
    );
  }
  try {
    await fixture.restart();
  } catch (error) {
    if (error instanceof CannotStart || error instanceof Unreachable) {
      throw new TargetLost(`the target went down and did not come up again: ${error.message}`);
    }
    throw error;
  }
}

export async function runOnce(scenario: Scenario, context: Context): Promise<Ending> {
  const { fixture, recorder, grading, run, depth, seed } = context;
  const log = recorder.log(scenario.id);
  const target: OpenTarget = scenario.ownServer ? await fixture.another() : fixture.open;
  const application = needsApplication(scenario) ? await target.application?.open() : undefined;
  const attempt = createAttempt({
    scenario,
    target,
    ...(application ? { application } : {}),
    log,
    run,
    // Names of its own each time: what an earlier telling left behind must not meet this one.
    index: context.attempts.next++,
    depth,
    ...(grading.probed ? { probed: grading.probed } : {}),
    seed,
  });
  target.webhooks?.listen(attempt.names.suffix, log);
  await tell(attempt);

  if (scenario.ownServer) {
    attempt.release();
    await target.application?.stop();
    await target.server?.stop("SIGKILL");
  } else {
    const why = await whyDied(attempt, context);
    if (why !== undefined) {
      attempt.release();
      return { kind: "died", log, why };
    }
  }
  const { events } = log;
  const result = unlessThrottled(judge(scenario, events, grading), scenario, events, grading);
  return { kind: "told", attempt, result };
}

/** What shows that the server ended under a scenario, or was replaced already; undefined where it lives. */
async function whyDied(attempt: Attempt, { fixture }: Context): Promise<string | undefined> {
  if (attempt.target !== fixture.open) return "another scenario had found it down";
  if (!mayHaveDied(attempt.log)) return undefined;
  const why = await fixture.whyDown();
  if (why === undefined || clientsOf(attempt.scenario) < CROWD) return why;
  // It may only be full, of this scenario's own clients.
  attempt.release();
  return await downForGood(fixture, ROOM_MS);
}

/** Asks again and again for so long: a full server has room when it has noticed who is gone. */
async function downForGood(fixture: Fixture, forMs: number): Promise<string | undefined> {
  const began = performance.now();
  let why: string | undefined;
  do {
    await delay(ASK_MS);
    why = await fixture.whyDown();
  } while (why !== undefined && performance.now() - began < forMs);
  return why;
}

const clientsOf = ({ clients }: Scenario) =>
  Object.values(clients).reduce((sum, { count }) => sum + count, 0);

/** Asking whether a server lives costs something; a scenario that went well has shown it. */
function mayHaveDied(log: EvidenceLog): boolean {
  return log.events.some((event) =>
    event.kind === "broke" || event.kind === "no-response" ||
    (event.kind === "closed" && event.by === "target") ||
    (event.kind === "step-end" && event.outcome !== "done")
  );
}

/** Two fresh servers ended under the same scenario, with nothing else beside it. */
function killed(
  scenario: Scenario,
  { log, why }: Ending & { kind: "died" },
  { grading }: Context,
): CaseResult {
  const last = log.events.findLast((event) => event.kind === "step-begin");
  log.add({
    kind: "broke",
    step: last?.step ?? -1,
    reason: `the server went down, and a fresh one went down at the same scenario: ${why}`,
  });
  return judge(scenario, log.events, grading);
}
