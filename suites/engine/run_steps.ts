/** Running a scenario's steps in order, each one acting, waiting and recording. */
import { z } from "zod";
import type { ActionStep, Step } from "./scenario.ts";
import type { Outcome } from "./verb.ts";
import type { Client } from "../client/client.ts";
import type { Attempt } from "./attempt.ts";
import { fill, UnknownName } from "../language/variables.ts";
import { lastTurn } from "./view.ts";

/** Counted through one scenario. */
interface Turns {
  next: number;
  /** Steps whose deadline passed. */
  missed: number;
}

/** Thrown to end a scenario that cannot go on; the reason is in the evidence log. */
class Broke extends Error {}

/** Runs the whole scenario. Never throws for what a target does; a scenario that broke says so in its evidence. */
export async function runSteps(attempt: Attempt): Promise<void> {
  const turns: Turns = { next: 0, missed: 0 };
  try {
    await runAll(attempt.scenario.steps, attempt, turns);
  } catch (error) {
    if (!(error instanceof Broke)) throw error;
  }
}

async function runAll(
  steps: readonly Step[],
  attempt: Attempt,
  turns: Turns,
): Promise<void> {
  for (const step of steps) await runStep(step, attempt, turns);
}

async function runStep(step: Step, attempt: Attempt, turns: Turns): Promise<void> {
  switch (step.kind) {
    case "together":
      await settled(step.steps.map((inner) => runStep(inner, attempt, turns)));
      return;
    case "repeat":
      for (let round = 1; round <= step.times[attempt.depth]; round++) {
        attempt.variables.set("round", round);
        const { missed } = turns;
        await runAll(step.steps, attempt, turns);
        // One round in which something did not come is enough; the next would only wait as long again.
        if (turns.missed > missed) return;
      }
      return;
    case "action": {
      if (step.verb.actor === "scenario") return await act(step, attempt, turns);
      await settled(attempt.clients(step.actor).map((client) => act(step, attempt, turns, client)));
    }
  }
}

/** Waits for all before it throws, so that no step is still running when the scenario ends. */
async function settled(running: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(running);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function act(
  step: ActionStep,
  attempt: Attempt,
  turns: Turns,
  client?: Client,
): Promise<void> {
  const turn = turns.next++;
  const { log } = attempt;
  const end = (reason: string) => {
    log.add({ kind: "broke", step: step.index, reason });
    return new Broke();
  };
  let params: unknown;
  try {
    params = filled(step, attempt);
  } catch (error) {
    if (!(error instanceof UnknownName)) throw error;
    log.add({ kind: "broke", step: step.index, reason: error.message, isUntold: true });
    throw new Broke();
  }
  log.add({ kind: "step-begin", step: step.index, turn, who: client?.name ?? "", params });
  const what = waitedFor(step, params);
  const ended = log.beginStep(attempt.waits?.isVain(what) ?? false);
  const { patienceMs } = log;
  const began = performance.now();
  const outcome = await run(step, params, attempt, client).finally(ended);
  const { scenario } = attempt;
  const isInVain = outcome.outcome !== "done" &&
    performance.now() - began >= scenario.deadlineMs + patienceMs;
  // Hostile inputs have no patience beyond their deadline.
  if (isInVain && (patienceMs > 0 || scenario.schedule === "hostile")) {
    attempt.waits?.inVain(what, scenario.id);
  } else if (outcome.outcome === "done") attempt.waits?.came(what);
  for (const seq of outcome.took ?? []) attempt.taken.add(seq);
  const { outcome: how, took = [], detail, facts } = outcome;
  const lateMs = Math.max(outcome.lateMs ?? 0, ...took.map((seq) => log.lateness(seq)));
  if (how === "deadline") turns.missed++;
  log.add({
    kind: "step-end",
    step: step.index,
    turn,
    outcome: how,
    took,
    ...(detail === undefined ? {} : { detail }),
    ...(facts === undefined ? {} : { facts }),
    ...(lateMs > 0 ? { lateMs } : {}),
  });
  const reason = whyNotOn(step, turn, outcome, attempt);
  if (reason === undefined) return;
  throw end(reason);
}

/** What a step waits for, in words that are the same wherever the same is waited for. */
function waitedFor({ verb, checks }: ActionStep, params: unknown): string {
  const premises = verb.premises?.(params) ?? [];
  const asked = checks.map(({ requirement }) => requirement);
  return [verb.name, ...premises, "|", ...asked].join(" ");
}

/**
 * The step's parameters with every name filled in. Throws `UnknownName`, also where a name stands
 * for something its place cannot hold.
 */
function filled(step: ActionStep, attempt: Attempt): unknown {
  const parsed = step.verb.schema.safeParse(fill(step.params, attempt.lookup));
  if (parsed.success) return parsed.data;
  throw new UnknownName(`line ${step.line}: ${step.verb.name}: ${z.prettifyError(parsed.error)}`);
}

async function run(
  step: ActionStep,
  params: unknown,
  attempt: Attempt,
  client: Client | undefined,
): Promise<Outcome> {
  const { verb } = step;
  if (verb.actor === "scenario") return await verb.run(params, attempt);
  if (!client) throw new Error(`line ${step.line}: ${verb.name} needs a client`);
  return await verb.run(params, client, attempt);
}

/**
 * A step without checks is something the scenario stands on: when it does not hold, the scenario ends.
 * A step with checks is judged later, and the scenario goes on unless it could not be tried at all.
 */
function whyNotOn(
  step: ActionStep,
  turn: number,
  outcome: Outcome,
  attempt: Attempt,
): string | undefined {
  if (outcome.outcome === "broken") return outcome.detail ?? "it could not be tried";
  if (step.checks.length > 0) return undefined;
  if (step.verb.judge) {
    const last = lastTurn(attempt.log.events, turn, attempt.taken, attempt.target.clockOffsetMs);
    const finding = last && step.verb.judge(last.params, last.view);
    return finding && finding.holds !== true ? finding.message : undefined;
  }
  return outcome.outcome === "deadline"
    ? outcome.detail ?? "what it waited for did not come"
    : undefined;
}
