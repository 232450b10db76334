/**
 * Telling one story: on the stage as it is, judged as soon as it is over, and told again where its
 * failure may be this machine's fault or the server died under it.
 */
import { delay } from "@std/async";
import { CannotStart } from "../../targets/start.ts";
import { type OpenTarget, Unreachable } from "./open_target.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Evidence } from "../record/evidence.ts";
import type { Journal, Recorder } from "../record/evidence_log.ts";
import { type Grading, judge } from "./judge.ts";
import { needsApplication, skippedResult } from "./plan.ts";
import type { Pulse } from "./event_loop_lag.ts";
import type { Stage } from "./environment.ts";
import { createStory, type Story } from "./attempt.ts";
import { tell } from "./run_steps.ts";
import { unlessThrottled } from "./throttle.ts";
import type { CaseResult } from "../record/verdict.ts";

export interface RunOptions {
  readonly stage: Stage;
  readonly recorder: Recorder;
  readonly grading: Grading;
  readonly run: string;
  readonly depth: "quick" | "full";
  /** Of everything random in a story. */
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of every verdict, and again when a late frame changed it. */
  readonly onResult: (scenario: Scenario, result: CaseResult) => void;
}

/** What all tellings of a run share. */
export type Context = RunOptions & {
  readonly tellings: { next: number };
  readonly pulse: Pulse;
};

/** How often a story is told before its failure is put down to this machine. */
const ATTEMPTS = 4;

/** A story of fewer clients fills no server. */
const CROWD = 20;
/** How long a full server may take to have room again, and how often it is asked. */
const ROOM_MS = 1000;
const ASK_MS = 200;
/** One that cannot be started again is waited for until stories that are being told have ended too. */
const PATIENCE_MS = 10_000;

/** A story about time bears little; any other bears what is well below its deadlines. */
const LONGEST_STALL_MS = { slow: 100, other: 1000 };

/** A story's end: its result, or the news that the server died under it. */
type Ending =
  | { readonly kind: "told"; readonly story: Story; readonly result: CaseResult }
  | { readonly kind: "died"; readonly journal: Journal; readonly why: string };

/** The target is down, and cannot be brought up again. */
export class TargetLost extends Error {}

/**
 * Tells one story with nothing beside it. A death counts only when a fresh server dies of it too,
 * and a failure only when this machine kept up meanwhile.
 */
export async function alone(scenario: Scenario, context: Context): Promise<CaseResult> {
  let deaths = 0;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const began = performance.now();
    const ending = await tellOnce(scenario, context);
    if (ending.kind === "died") {
      await revive(scenario, context);
      if (++deaths === 2) return killed(scenario, ending, context);
      ending.journal.add({
        kind: "note",
        text: `the server went down (${ending.why}); told again on a fresh one`,
      });
      continue;
    }
    ending.story.release();
    if (!isAccusation(ending.result) || !isDisturbed(scenario, began, context)) {
      return ending.result;
    }
    ending.story.journal.add({ kind: "note", text: "this machine stood still; told again" });
  }
  const reason = "could not be judged: this machine stood still whenever the story was told";
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
export function isDisturbed(scenario: Scenario, began: number, { pulse }: Context): boolean {
  return pulse.longestStall(began) >
    (scenario.slow ? LONGEST_STALL_MS.slow : LONGEST_STALL_MS.other);
}

/** Brings the server up again if it is down. Throws `TargetLost` when it cannot. */
export async function revive(at: Scenario, { stage }: Context): Promise<void> {
  if (await stage.whyDown() === undefined) return;
  if (!stage.managed) {
    const why = await downForGood(stage, PATIENCE_MS);
    if (why === undefined) return;
    throw new TargetLost(
      `the target went down at ${at.id} (${why}), and without --start Plumbline cannot bring it up ` +
        "again; if it was only full, give it room, or its file a maxConnections",
    );
  }
  try {
    await stage.restart();
  } catch (error) {
    if (error instanceof CannotStart || error instanceof Unreachable) {
      throw new TargetLost(`the target went down and did not come up again: ${error.message}`);
    }
    throw error;
  }
}

export async function tellOnce(scenario: Scenario, context: Context): Promise<Ending> {
  const { stage, recorder, grading, run, depth, seed } = context;
  const journal = recorder.journal(scenario.id);
  const target: OpenTarget = scenario.ownServer ? await stage.another() : stage.open;
  const application = needsApplication(scenario) ? await target.application?.open() : undefined;
  const story = createStory({
    scenario,
    target,
    ...(application ? { application } : {}),
    journal,
    run,
    // Names of its own each time: what an earlier telling left behind must not meet this one.
    index: context.tellings.next++,
    depth,
    seed,
  });
  target.webhooks?.listen(story.names.suffix, journal);
  await tell(story);

  if (scenario.ownServer) {
    story.release();
    await target.application?.stop();
    await target.server?.stop("SIGKILL");
  } else {
    const why = await whyDied(story, context);
    if (why !== undefined) {
      story.release();
      return { kind: "died", journal, why };
    }
  }
  const { events } = journal;
  const result = unlessThrottled(judge(scenario, events, grading), scenario, events, grading);
  return { kind: "told", story, result };
}

/** What shows that the server ended under a story, or was replaced already; undefined where it lives. */
async function whyDied(story: Story, { stage }: Context): Promise<string | undefined> {
  if (story.target !== stage.open) return "another story had found it down";
  if (!mayHaveDied(story.journal)) return undefined;
  const why = await stage.whyDown();
  if (why === undefined || clientsOf(story.scenario) < CROWD) return why;
  // It may only be full, of this story's own clients.
  story.release();
  return await downForGood(stage, ROOM_MS);
}

/** Asks again and again for so long: a full server has room when it has noticed who is gone. */
async function downForGood(stage: Stage, forMs: number): Promise<string | undefined> {
  const began = performance.now();
  let why: string | undefined;
  do {
    await delay(ASK_MS);
    why = await stage.whyDown();
  } while (why !== undefined && performance.now() - began < forMs);
  return why;
}

const clientsOf = ({ clients }: Scenario) =>
  Object.values(clients).reduce((sum, { count }) => sum + count, 0);

/** Asking whether a server lives costs something; a story that went well has shown it. */
function mayHaveDied(journal: Journal): boolean {
  return journal.events.some((event) =>
    event.kind === "broke" || event.kind === "no-response" ||
    (event.kind === "closed" && event.by === "target") ||
    (event.kind === "step-end" && event.outcome !== "done")
  );
}

/** Two fresh servers ended under the same story, with nothing else beside it. */
function killed(
  scenario: Scenario,
  { journal, why }: Ending & { kind: "died" },
  { grading }: Context,
): CaseResult {
  const last = journal.events.findLast((event) => event.kind === "step-begin");
  journal.add({
    kind: "broke",
    step: last?.step ?? -1,
    reason: `the server went down, and a fresh one went down at the same story: ${why}`,
  });
  return judge(scenario, journal.events, grading);
}
