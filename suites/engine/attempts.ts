/**
 * Running one scenario: on the fixture as it is, judged as soon as it is over, and again where the
 * server died under it or where something outside explains what is missing.
 */
import { abortable, delay } from "@std/async";
import { CannotStart } from "../../targets/start.ts";
import { actions } from "../language/scenario.ts";
import { frameOf } from "../record/frames.ts";
import type { OutsideReason, SecondChance } from "../record/verdict.ts";
import { type Attempt, createAttempt } from "./attempt.ts";
import type { Context } from "./context.ts";
import { connectionsOf } from "./connections.ts";
import { isFarewell } from "./farewell.ts";
import type { Fixture } from "./fixture.ts";
import { type Grading, isOpen } from "./grade.ts";
import { judge, type Judged } from "./judge.ts";
import type { OpenTarget } from "./open_target.ts";
import { Unreachable } from "./unreachable.ts";
import { needsApplication } from "./plan.ts";
import { runSteps } from "./run_steps.ts";
import type { Scenario } from "./scenario.ts";
import { asEnded, type Ended, isEvidenceCut } from "./evidence_cut.ts";
import { hasAbsence, MOST_ATTEMPTS, outsideReason } from "./second_chance.ts";

/** A scenario of fewer clients fills no server. */
const CROWD = 20;
/** How long a full server may take to have room again, and how often it is asked. */
const ROOM_MS = 1000;
const ASK_MS = 200;
/** One that cannot be started again is waited for until other scenarios have ended too. */
const PATIENCE_MS = 10_000;

/** An attempt's end: its findings, or the news that the server died under it. */
export type Ending =
  | { readonly kind: "ran"; readonly attempt: Attempt; readonly judged: Judged }
  | {
    readonly kind: "died";
    readonly attempt: Attempt;
    readonly how: string;
    /** Only connections were seen to end, the sentinel's too: a server that is back at once does so. */
    readonly isCut?: true;
  };

/** Why a scenario runs again whose server ended. */
export const reasonOf = ({ isCut }: Ending & { readonly kind: "died" }): OutsideReason =>
  isCut ? "line-cut" : "target-down";

/** The target is down, and cannot be brought up again. */
export class TargetLost extends Error {}

/**
 * Runs one scenario with nothing beside it. A death is pinned on it only when a fresh server dies of
 * it too, or died twice of another example of its table; and what is missing counts only when
 * nothing outside explains it.
 */
export async function runAlone(
  scenario: Scenario,
  context: Context,
  before: readonly SecondChance[] = [],
): Promise<Ended> {
  const secondChances = [...before];
  let deaths = 0;
  let last: { judged: Judged; outside: OutsideReason } | undefined;
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    if (last && context.budget?.reserve(scenario) !== undefined) break;
    const began = performance.now();
    const ending = await runOnce(scenario, context);
    ending.attempt.release();
    if (ending.kind === "died") {
      // Whatever ends the connections of others twice is no chance.
      if (ending.isCut && deaths === 1) context.life.declareDead(ending.how);
      await abortable(revive(scenario, context), context.signal);
      // A table's other examples are of the same kind; one that stands alone is only itself.
      if (++deaths === 2) context.deadly.add(scenario.family);
      if (deaths === 2 || !ending.isCut && context.deadly.has(scenario.family)) {
        return { judged: killed(scenario, ending, deaths, context), secondChances };
      }
      secondChances.push({ reason: reasonOf(ending), verdict: "blocked" });
      continue;
    }
    const { judged, attempt } = ending;
    const { events } = attempt.log;
    const reason = hasAbsence(judged) && !isEvidenceCut(events)
      ? outsideReason(judged, events, {
        began,
        lag: context.lag,
        patienceMs: attempt.log.leastPatienceMs,
        alone: true,
      })
      : undefined;
    if (reason === undefined) return asEnded(explained(ending, context), events, secondChances);
    last = { judged, outside: reason };
    attempt.log.add({ kind: "note", text: `runs again: ${reason}` });
    secondChances.push({ reason, verdict: "blocked" });
  }
  if (!last) throw new Error("every attempt ended in a death, and the second was the last");
  return { ...last, secondChances };
}

/** Brings the server up again if it is down. Throws `TargetLost` when it cannot. */
export async function revive(at: Scenario, { fixture, life }: Context): Promise<void> {
  if (await fixture.whyDown() === undefined) return await life.follow(fixture.open);
  if (!fixture.managed) {
    const why = await downForGood(fixture, PATIENCE_MS);
    if (why === undefined) return await life.follow(fixture.open);
    throw new TargetLost(
      `the target went down at ${at.id} (${why}), and without --start Plumbline cannot bring it up ` +
        "again; if it was only full, give it room, or its file a maxConnections",
    );
  }
  try {
    await fixture.restart();
    await life.follow(fixture.open);
  } catch (error) {
    if (error instanceof CannotStart || error instanceof Unreachable) {
      throw new TargetLost(`the target went down and did not come up again: ${error.message}`);
    }
    throw error;
  }
}

/** One attempt, judged without the model: its frames may still come. Throws when the run is interrupted. */
export async function runOnce(scenario: Scenario, context: Context): Promise<Ending> {
  const { fixture, recorder, grading, run, depth, seed, life, patienceMs } = context;
  const { deadlineMs } = scenario;
  const log = recorder.log(
    scenario.id,
    isWaitedFor(scenario, grading) ? { deadlineMs, patienceMs } : undefined,
  );
  const target: OpenTarget = scenario.ownServer ? await fixture.another() : fixture.open;
  const application = needsApplication(scenario) ? await target.application?.open() : undefined;
  const attempt = createAttempt({
    scenario,
    target,
    ...(application ? { application } : {}),
    log,
    run,
    // Names of its own each time: what an earlier attempt left behind must not meet this one.
    index: context.attempts.next++,
    depth,
    ...(grading.probed ? { probed: grading.probed } : {}),
    seed,
    waits: context.waits,
  });
  target.webhooks?.listen(attempt.names.suffix, log);
  attempt.atRelease(() => target.webhooks?.forget(attempt.names.suffix));
  // A server of its own lives and dies with the scenario; what becomes of the other is no news to it.
  const epoch = scenario.ownServer ? life.epoch : life.enter(log);
  const { cuts } = life;
  // Whoever interrupts a run does not wait for what a scenario waits for.
  await abortable(runSteps(attempt), context.signal).finally(() =>
    context.budget?.spend(log.events, scenario)
  ).catch(async (error: unknown) => {
    attempt.release();
    life.leave(log);
    if (scenario.ownServer) {
      await target.application?.stop();
      await target.server?.stop("SIGKILL");
    }
    throw error;
  });
  let how: string | undefined;
  if (scenario.ownServer) {
    attempt.release();
    await target.application?.stop();
    await target.server?.stop("SIGKILL");
  } else how = await abortable(howDied(attempt, epoch, context), context.signal);
  life.leave(log);
  if (how !== undefined) return { kind: "died", attempt, how };
  if (!scenario.ownServer && life.cuts > cuts && mayHaveDied(attempt)) {
    return { kind: "died", attempt, how: "the connections of others ended with it", isCut: true };
  }
  const { clockOffsetMs } = grading;
  return { kind: "ran", attempt, judged: judge(scenario, log.events, { clockOffsetMs }) };
}

/**
 * What only informs is not waited for beyond its deadline, nor is a server that hostile input may
 * have ended.
 */
function isWaitedFor({ schedule, steps }: Scenario, { requirement }: Grading): boolean {
  return schedule !== "hostile" &&
    actions(steps).some(({ checks }) =>
      checks.some((check) => !isOpen(requirement(check.requirement), check))
    );
}

/** What was found, with the model's word on every frame that has come by now. */
export function explained(
  { attempt, judged }: Ending & { readonly kind: "ran" },
  { grading }: Pick<Context, "grading">,
): Judged {
  const { suffix } = attempt.names;
  return judge(judged.scenario, attempt.log.events, grading, (name) => name.includes(suffix));
}

/** What shows that the server ended under an attempt; undefined where it lives. */
async function howDied(
  attempt: Attempt,
  epoch: number,
  { fixture, life }: Context,
): Promise<string | undefined> {
  if (mayHaveDied(attempt)) await life.confirm();
  if (life.epoch !== epoch) return life.lastDeath;
  if (attempt.target !== fixture.open) return "another scenario had found it down";
  if (!mayHaveDied(attempt)) return undefined;
  let why = await fixture.whyDown();
  if (why !== undefined && connectionsOf(attempt.scenario) >= CROWD) {
    // It may only be full, of this scenario's own clients.
    attempt.release();
    why = await downForGood(fixture, ROOM_MS);
  }
  if (why !== undefined && life.epoch === epoch) life.declareDead(why);
  return why;
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

/** Asking whether a server lives costs something; a scenario that went well has shown it. */
function mayHaveDied({ log }: Attempt): boolean {
  return log.events.some((event) =>
    event.kind === "broke" || event.kind === "no-response" ||
    (event.kind === "closed" && event.by === "target") ||
    (event.kind === "received" && isFarewell(frameOf(event))) ||
    (event.kind === "step-end" && event.outcome !== "done")
  );
}

/** Two fresh servers ended under the same scenario, or table of them, with nothing beside it (P-032). */
function killed(
  scenario: Scenario,
  { attempt, how }: Ending & { readonly kind: "died" },
  deaths: number,
  { grading }: Context,
): Judged {
  const { log } = attempt;
  const last = log.events.findLast((event) => event.kind === "step-begin");
  const again = deaths > 1
    ? "and a fresh one went down at the same scenario"
    : "as two did at another example of this table";
  const message = `the server went down, ${again}: ${how}`;
  const { seq } = log.add({ kind: "broke", step: last?.step ?? -1, reason: message });
  const judged = judge(scenario, log.events, { clockOffsetMs: grading.clockOffsetMs });
  const { broken: _, ...rest } = judged;
  return {
    ...rest,
    // Nothing that was seen across a death is judged; where the death itself is the fault, all is.
    questions: grading.isStrict ? judged.questions : judged.questions.map((question) => ({
      ...question,
      finding: { holds: "blocked", message, quotes: [seq] },
    })),
    unexplained: [{
      requirement: "P-032",
      observation: "the server died of it",
      message,
      quotes: [seq],
    }],
  };
}
