/** Running one history on a target, and what the model says of it. */
import { delay } from "@std/async";
import { type Attempt, createAttempt } from "../engine/attempt.ts";
import { isEvidenceCut } from "../engine/evidence_cut.ts";
import type { OpenTarget } from "../engine/open_target.ts";
import type { Scenario } from "../engine/scenario.ts";
import { runSteps } from "../engine/run_steps.ts";
import type { Verb } from "../engine/verb.ts";
import { parseScenarios } from "../language/parse.ts";
import { readSource } from "../language/source.ts";
import type { Vocabulary } from "../language/steps.ts";
import type { Finding } from "../model/finding.ts";
import { modelOf } from "../model/model.ts";
import type { ModelApp } from "../model/options.ts";
import type { Evidence } from "../record/evidence.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { isFrame } from "../record/frames.ts";
import { CLIENTS } from "./history.ts";

export interface Laboratory {
  readonly target: OpenTarget;
  readonly vocabulary: Vocabulary<Verb>;
  readonly apps: readonly ModelApp[];
  /** Of the run, in the names of channels and users. */
  readonly run: string;
  readonly trials: { next: number };
}

export interface Trial {
  readonly findings: readonly Finding[];
  readonly events: readonly Evidence[];
  /** Steps that were run. */
  readonly steps: number;
  /** The end of every name of a channel or a user in it. */
  readonly suffix: string;
  /** Why the run could not be finished, if it could not. */
  readonly broke: string | undefined;
  /** The target sent more than is taken in: nothing is made of what was seen. */
  readonly isCut: boolean;
}

export interface TrialOptions {
  /** Time for what is still on its way when everything has been answered. */
  readonly calmMs: number;
  /** Time for webhooks that the app holds back, where it sends any. */
  readonly webhooksMs: number;
}

/** The note in the evidence after which only questions are asked. */
export const AT_REST = "at rest";

const PONG = "pusher:pong";

/** Runs a scenario file with one scenario, lets the server come to rest, asks it what it knows, and judges. */
export async function tryScenario(
  text: string,
  laboratory: Laboratory,
  { calmMs, webhooksMs }: TrialOptions,
): Promise<Trial> {
  const { target, vocabulary, apps, run, trials } = laboratory;
  const [scenario] = parseScenarios(readSource("explore.yaml", text), vocabulary);
  if (!scenario) throw new Error("a generated file has one scenario");
  const log = openRecorder(() => {}, "history").log(scenario.id);
  const attempt = createAttempt({
    scenario,
    target,
    log,
    run,
    index: trials.next++,
    depth: "quick",
    seed: 1,
  });
  const { suffix } = attempt.names;
  target.webhooks?.listen(suffix, log);
  try {
    await runSteps(attempt);
    await rest(attempt, scenario, calmMs + webhooksMs);
    const quiet = log.add({ kind: "note", text: AT_REST }).seq;
    await ask(attempt, scenario, text);
    const isCut = isEvidenceCut(log.events);
    const findings = isCut ? [] : modelOf({
      apps,
      ordering: target.target.ordering,
      owns: (name) => name.endsWith(suffix),
      settleMs: 2000,
      staleMs: target.target.bounds.staleness ?? target.target.settlesMs,
    }).judge(log.events, [quiet]);
    const broke = log.events.find((event) => event.kind === "broke");
    const steps = log.events.filter(({ kind }) => kind === "step-end").length;
    return { findings, events: [...log.events], steps, suffix, broke: broke?.reason, isCut };
  } finally {
    attempt.release();
  }
}

/** Waits until everybody has been answered, twice: what the first answers overtook has come by then. */
async function rest(attempt: Attempt, scenario: Scenario, calmMs: number): Promise<void> {
  await everybodyAnswered(attempt, scenario);
  await delay(calmMs);
  await everybodyAnswered(attempt, scenario);
}

async function everybodyAnswered(attempt: Attempt, scenario: Scenario): Promise<void> {
  const clients = CLIENTS.filter((name) => name in scenario.clients).map((name) =>
    attempt.client(name)
  );
  await Promise.all(
    clients.filter(({ isOpen }) => isOpen).map(async (client) => {
      const from = attempt.log.events.length;
      client.send({ event: "pusher:ping", data: {} });
      await client.until(
        (event) => event.kind === "closed" || isFrame(event, { event: PONG }),
        attempt.deadlineMs,
        from,
      );
    }),
  );
}

/** Asks for every channel that the scenario names. */
async function ask(attempt: Attempt, scenario: Scenario, text: string): Promise<void> {
  const channels = new Set(
    [...text.matchAll(/\b(?:asksFor|unsubscribes|on): "?([\w-]+)/g)].flatMap(([, name]) =>
      name ?? []
    ),
  );
  for (const name of channels) {
    const path = `/channels/${attempt.names.of(name)}`;
    await attempt.call({ method: "GET", path });
    if (name.startsWith("presence-")) {
      await attempt.call({ method: "GET", path, query: { info: "user_count" } });
      await attempt.call({ method: "GET", path: `${path}/users` });
    } else if (scenario.app === "counting") {
      await attempt.call({ method: "GET", path, query: { info: "subscription_count" } });
    }
  }
}
