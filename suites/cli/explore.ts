/** `explore`: random histories on a target, judged by the model. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { install } from "../../targets/install.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import type { Target } from "../../targets/target.ts";
import { type Fixture, openFixture } from "../engine/fixture.ts";
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import {
  explore,
  type ExploreOptions,
  type Failure,
  isConfirmed,
  MOST_CUT,
  type Progress,
} from "../explore/explore.ts";
import type { Laboratory } from "../explore/trial.ts";
import type { ModelApp } from "../model/options.ts";
import { openRecorder } from "../record/evidence_log.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { quote } from "../record/words.ts";
import { saveFound } from "./found.ts";
import { VOCABULARY } from "./vocabulary.ts";
import { interruption, unlessInterrupted } from "./interruption.ts";
import { requireWritable } from "./writable.ts";
import { boundOwnMemory } from "../resources/own_memory.ts";

export interface ExploreCommand {
  /** The folder that holds `targets/`. */
  readonly root: string;
  /** A name in `targets/` or a file; the reference server, started here, without it. */
  readonly target?: string;
  readonly start: boolean;
  readonly forMs: number;
  readonly seed: number;
  /** Where scenarios of failures and their evidence go. */
  readonly out: string;
}

/** Progress is shown so often at most. */
const PROGRESS_MS = 1000;

export async function exploreCommand(
  options: ExploreCommand,
  write: (text: string) => void,
): Promise<ExitCode> {
  const { root, seed, forMs, out } = options;
  await requireWritable({ out });
  const start = options.start || options.target === undefined;
  const target = await loadTarget(
    targetPath(options.target ?? "reference", join(root, "targets")),
    { started: start },
  );
  const { requirements } = await loadCatalogue(root);
  const found = { target, start, seed, requirements };
  const interrupted = interruption();
  if (start) await install(target);
  const webhooks = start ? receiveWebhooks("127.0.0.1", 0) : undefined;
  const opening = openFixture({
    target,
    start,
    application: undefined,
    webhooks,
    log: openRecorder(() => {}).log("server"),
  });
  const fixture = await unlessInterrupted(opening, interrupted);
  if (!fixture) return EXIT.interrupted; // a server that was started ends with this process
  const memory = boundOwnMemory();
  write(`${target.title}: exploring for ${Math.round(forMs / 1000)} s with seed ${seed}\n`);
  const began = performance.now();
  const failures: Failure[] = [];
  try {
    let progress: Progress = { histories: 0, steps: 0, failures: 0, cut: 0 };
    const show = showProgress(write, began);
    const exploring = explore({
      laboratory: laboratoryOf(fixture, newRun()),
      apps: appsOf(target, webhooks),
      seed,
      forMs,
      signal: interrupted,
      onProgress: (now) => show(progress = now),
      onFailure: (failure) => {
        failures.push(failure);
        write(`\n${told(failure, saveFound(failure, failures.length, out, found))}`);
      },
    });
    await unlessInterrupted(exploring, interrupted);
    const down = interrupted.aborted ? undefined : await fixture.whyDown();
    write(`\n${summary(progress, performance.now() - began, failures, down)}`);
    const accused = failures.some(isConfirmed);
    return exitCode([
      ...(interrupted.aborted ? [EXIT.interrupted] : []),
      ...(accused || down !== undefined ? [EXIT.failed] : []),
      ...(progress.cut >= MOST_CUT ? [EXIT.incomplete] : []),
    ]);
  } finally {
    memory.stop();
    await fixture.close(interrupted.aborted);
    await webhooks?.close();
  }
}

/** Of a run, in the names of its channels and users. */
export const newRun = (): string =>
  Math.floor(Math.random() * 0x10000).toString(16).padStart(4, "0");

export function laboratoryOf(fixture: Fixture, run: string): Laboratory {
  return {
    target: fixture.open,
    vocabulary: VOCABULARY,
    apps: modelApps(fixture.open.apps),
    run,
    trials: { next: 0 },
  };
}

/** A laboratory and the apps to explore, for a server that is open. */
export function exploringWith(
  fixture: Fixture,
): Pick<ExploreOptions, "laboratory" | "apps"> {
  return {
    laboratory: laboratoryOf(fixture, newRun()),
    apps: appsOf(fixture.target, fixture.open.webhooks),
  };
}

function modelApps(apps: Target["apps"]): readonly ModelApp[] {
  return Object.values(apps).map(({ name, id, key, secret, settings }) => ({
    id,
    key,
    secret,
    ...(typeof settings.cacheTtl === "number" ? { cacheTtlMs: 1000 * settings.cacheTtl } : {}),
    ...(name === "hooked" ? { sendsWebhooks: true } : {}),
  }));
}

/** The apps that show most: the plain one, one that counts and one that sends webhooks, where there are such. */
export function appsOf(
  target: Target,
  webhooks: WebhookReceiver | undefined,
): ExploreOptions["apps"] {
  const other = target.apps.second?.name;
  const has = (name: string) => target.apps[name] !== undefined;
  return [
    { main: "main", other, sendsWebhooks: false },
    ...(has("counting") ? [{ main: "counting", other, sendsWebhooks: false }] : []),
    ...(has("fleeting")
      ? [{ main: "fleeting", other, sendsWebhooks: false, ...ttlOf(target.apps.fleeting) }]
      : []),
    ...(has("hooked") && webhooks ? [{ main: "hooked", other, sendsWebhooks: true }] : []),
  ];
}

/** How long the app keeps what its cache channels keep, as its target file says. */
function ttlOf(app: Target["apps"][string] | undefined): { cacheTtlMs?: number } {
  const seconds = app?.settings.cacheTtl;
  return typeof seconds === "number" ? { cacheTtlMs: 1000 * seconds } : {};
}

function showProgress(write: (text: string) => void, began: number): (progress: Progress) => void {
  let last = 0;
  return ({ histories, steps }) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS || !Deno.stderr.isTerminal()) return;
    last = now;
    const seconds = Math.max(1, (now - began) / 1000);
    write(`\r${histories} histories, ${steps} steps, ${Math.round(steps / seconds)} a second `);
  };
}

function told(failure: Failure, path: string): string {
  const { finding, text, trial, again, of } = failure;
  const quotes = trial.events.filter(({ seq }) => finding.quotes.includes(seq)).map((event) =>
    `    ${event.kind}${"socket" in event ? ` ${event.socket}` : ""}: ${quote(event)}\n`
  );
  const steps = text.slice(text.indexOf("    steps:")).replaceAll(/^ {4}/gm, "  ");
  const standing = `seen again ${again} of ${of} times${
    isConfirmed(failure) ? "" : ": no accusation"
  }`;
  return `✘ ${finding.requirement} ${finding.observation} (${standing})\n  ${finding.message}\n${
    quotes.join("")
  }${steps}  saved as ${path}\n`;
}

function summary(
  { histories, steps, cut }: Progress,
  tookMs: number,
  failures: readonly Failure[],
  down: string | undefined,
): string {
  const rate = Math.round(1000 * steps / tookMs);
  const accused = failures.filter(isConfirmed).length;
  return `${histories} histories, ${steps} steps, ${rate} steps a second; ${accused} ${
    accused === 1 ? "failure" : "failures"
  }, ${failures.length - accused} not confirmed${
    cut === 0 ? "" : `; ${cut} histories were given up: the target sent more than is taken in`
  }${down === undefined ? "" : `; the server is down: ${down}`}\n`;
}
