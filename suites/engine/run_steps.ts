/** Telling a story: its steps in order, each one acting, waiting and recording. */
import { z } from "zod";
import type { ActionStep, Step } from "../language/scenario.ts";
import type { Outcome } from "./verb.ts";
import type { Client } from "../client/client.ts";
import type { Story } from "./attempt.ts";
import { fill, UnknownName } from "../language/variables.ts";
import { lastTurn } from "./view.ts";

/** Counted through one story. */
interface Turns {
  next: number;
  /** Steps whose deadline passed. */
  missed: number;
}

/** Thrown to end a story that cannot go on; the reason is in the journal. */
class Broke extends Error {}

/** Tells the whole story. Never throws for what a target does; a story that broke says so in its journal. */
export async function tell(story: Story): Promise<void> {
  const turns: Turns = { next: 0, missed: 0 };
  try {
    await tellAll(story.scenario.steps, story, turns);
  } catch (error) {
    if (!(error instanceof Broke)) throw error;
  }
}

async function tellAll(
  steps: readonly Step[],
  story: Story,
  turns: Turns,
): Promise<void> {
  for (const step of steps) await tellStep(step, story, turns);
}

async function tellStep(step: Step, story: Story, turns: Turns): Promise<void> {
  switch (step.kind) {
    case "together":
      await settled(step.steps.map((inner) => tellStep(inner, story, turns)));
      return;
    case "repeat":
      for (let round = 1; round <= step.times[story.depth]; round++) {
        story.variables.set("round", round);
        const { missed } = turns;
        await tellAll(step.steps, story, turns);
        // One round in which something did not come is enough; the next would only wait as long again.
        if (turns.missed > missed) return;
      }
      return;
    case "action": {
      if (step.verb.actor === "story") return await act(step, story, turns);
      await settled(story.clients(step.actor).map((client) => act(step, story, turns, client)));
    }
  }
}

/** Waits for all before it throws, so that no step is still running when the story ends. */
async function settled(running: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(running);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function act(
  step: ActionStep,
  story: Story,
  turns: Turns,
  client?: Client,
): Promise<void> {
  const turn = turns.next++;
  const { journal } = story;
  const end = (reason: string) => {
    journal.add({ kind: "broke", step: step.index, reason });
    return new Broke();
  };
  let params: unknown;
  try {
    params = filled(step, story);
  } catch (error) {
    if (error instanceof UnknownName) throw end(error.message);
    throw error;
  }
  journal.add({ kind: "step-begin", step: step.index, turn, who: client?.name ?? "", params });
  const outcome = await run(step, params, story, client);
  for (const seq of outcome.took ?? []) story.taken.add(seq);
  const { outcome: how, took = [], detail, facts } = outcome;
  if (how === "deadline") turns.missed++;
  journal.add({
    kind: "step-end",
    step: step.index,
    turn,
    outcome: how,
    took,
    ...(detail === undefined ? {} : { detail }),
    ...(facts === undefined ? {} : { facts }),
  });
  const reason = whyNotOn(step, turn, outcome, story);
  if (reason === undefined) return;
  throw end(reason);
}

/**
 * The step's parameters with every name filled in. Throws `UnknownName`, also where a name stands
 * for something its place cannot hold.
 */
function filled(step: ActionStep, story: Story): unknown {
  const parsed = step.verb.schema.safeParse(fill(step.params, story.lookup));
  if (parsed.success) return parsed.data;
  throw new UnknownName(`line ${step.line}: ${step.verb.name}: ${z.prettifyError(parsed.error)}`);
}

async function run(
  step: ActionStep,
  params: unknown,
  story: Story,
  client: Client | undefined,
): Promise<Outcome> {
  const { verb } = step;
  if (verb.actor === "story") return await verb.run(params, story);
  if (!client) throw new Error(`line ${step.line}: ${verb.name} needs a client`);
  return await verb.run(params, client, story);
}

/**
 * A step without checks is something the story stands on: when it does not hold, the story ends.
 * A step with checks is judged later, and the story goes on unless it could not be tried at all.
 */
function whyNotOn(
  step: ActionStep,
  turn: number,
  outcome: Outcome,
  story: Story,
): string | undefined {
  if (outcome.outcome === "broken") return outcome.detail ?? "it could not be tried";
  if (step.checks.length > 0) return undefined;
  if (step.verb.judge) {
    const told = lastTurn(story.journal.events, turn, story.taken, story.target.clockOffsetMs);
    const finding = told && step.verb.judge(told.params, told.view);
    return finding && finding.holds !== true ? finding.message : undefined;
  }
  return outcome.outcome === "deadline"
    ? outcome.detail ?? "what it waited for did not come"
    : undefined;
}
