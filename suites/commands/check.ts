/** `check`: hold a server against the scenarios, write the record, judge, report. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import { EXIT, type ExitCode, exitCode } from "../engine/exit_code.ts";
import { openRecorder } from "../engine/journal.ts";
import type { Grading } from "../engine/judge.ts";
import { type Plan, plan, skippedResult } from "../engine/plan.ts";
import { run } from "../engine/run.ts";
import { setStage } from "../engine/stage.ts";
import type { CaseResult } from "../engine/verdict.ts";
import { receiveWebhooks } from "../engine/webhooks.ts";
import { actions, type Scenario } from "../language/scenario.ts";
import type { Requirement } from "../requirement.ts";
import { choose, loadFiles, loadScenarios } from "../scenarios.ts";
import { keepRecord, masking, type RecordKeeper } from "../../reports/keep_record.ts";
import { SCHEMA_VERSION } from "../../reports/record.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { install } from "../../targets/start.ts";
import { baseUrl, type Target } from "../../targets/target.ts";
import type { Progress } from "./progress.ts";
import { UsageError } from "./usage.ts";

export interface CheckOptions {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  readonly target?: string;
  readonly start: boolean;
  readonly suites: readonly string[];
  readonly scenarios: readonly string[];
  readonly requirements: readonly string[];
  readonly depth: "quick" | "full";
  readonly out: string;
  readonly failOn: "must" | "should";
  readonly seed: number;
}

export interface Checked {
  readonly exit: ExitCode;
  readonly record: string;
  readonly results: ReadonlyMap<string, CaseResult>;
}

export const VERSION = "0.1.0";

/** Runs once. Throws `BadFile`, `UsageError`, `CannotStart`, `Unreachable` or `CannotRecord`. */
export async function check(
  options: CheckOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Checked> {
  const began = performance.now();
  const start = options.start || options.target === undefined;
  const [catalogue, target, scenarios] = await Promise.all([
    loadCatalogue(options.root),
    loadTarget(targetPath(options.target ?? "reference", join(options.root, "targets")), {
      started: start,
    }),
    chosen(options),
  ]);
  const requirement = (id: string): Requirement => {
    const found = catalogue.find(id);
    if (!found) throw new UsageError(`a scenario checks ${id}, which the catalogue does not have`);
    return found;
  };
  const webhooks = target.webhooks || start
    ? receiveWebhooks(target.webhooks?.host ?? "127.0.0.1", start ? 0 : target.webhooks?.port ?? 0)
    : undefined;
  const planned = plan(scenarios, {
    target,
    started: start,
    webhooks: webhooks !== undefined,
    requirement,
  });

  const id = crypto.randomUUID().slice(0, 4);
  await Deno.mkdir(options.out, { recursive: true });
  const mask = masking(Object.values(target.apps).map((app) => app.secret));
  const record = keepRecord(join(options.out, "record.jsonl"), mask);
  const recorder = openRecorder((event) => record.write({ line: "evidence", ...event }));
  const results = new Map<string, CaseResult>();
  const tellResult = (scenario: Scenario, result: CaseResult) => {
    results.set(scenario.id, result);
    record.write({ line: "verdict", ...result });
    progress.result(scenario, result);
  };

  writeHead(record, { id, options, target, requirements: catalogue.requirements, planned });
  for (const { scenario, reason } of planned.skipped) {
    tellResult(scenario, skippedResult(scenario, reason, requirement));
  }
  progress.begin(target.title, planned.run.length, planned.skipped.length);

  let reason: string | undefined;
  const exits: ExitCode[] = [];
  try {
    if (start) await install(target);
    const stage = await setStage({ target, start, webhooks, journal: recorder.journal("server") });
    try {
      const grading: Grading = {
        requirement,
        claims: target.claims,
        known: target.known,
        clockOffsetMs: stage.open.clockOffsetMs,
      };
      const ended = await run(planned.run, {
        stage,
        recorder,
        grading,
        run: id,
        depth: options.depth,
        signal,
        onResult: tellResult,
      });
      if (ended) {
        reason = ended.reason;
        exits.push(signal.aborted ? EXIT.interrupted : EXIT.incomplete);
      }
    } finally {
      await stage.close();
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    await webhooks?.close();
    exits.push(verdictExit(results.values(), options.failOn));
    const exit = exitCode(exits);
    record.write({
      line: "finish",
      durationMs: Math.round(performance.now() - began),
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      exitCode: exit,
    });
    record.close();
  }
  return { exit: exitCode(exits), record: record.path, results };
}

async function chosen(options: CheckOptions): Promise<Scenario[]> {
  const files = options.scenarios.filter((name) => /\.ya?ml$/.test(name));
  const ids = options.scenarios.filter((name) => !files.includes(name));
  const all = [
    ...(files.length > 0 ? await loadFiles(files) : []),
    ...(files.length === 0 || ids.length > 0
      ? await loadScenarios(join(options.root, "scenarios"))
      : []),
  ];
  const { suites, requirements, depth } = options;
  const scenarios = choose(all, {
    suites,
    ids: files.length > 0
      ? [...ids, ...all.filter((s) => files.includes(s.file)).map((s) => s.id)]
      : ids,
    requirements,
    depth,
  });
  if (scenarios.length === 0) {
    throw new UsageError("no scenario matches; `scenarios` lists them all");
  }
  return scenarios;
}

/** A failed must always counts; a failed should only when asked to. */
function verdictExit(results: Iterable<CaseResult>, failOn: "must" | "should"): ExitCode {
  for (const { verdict } of results) {
    if (verdict === "fail" || (verdict === "warn" && failOn === "should")) return EXIT.failed;
  }
  return EXIT.ok;
}

interface Head {
  readonly id: string;
  readonly options: CheckOptions;
  readonly target: Target;
  readonly requirements: readonly Requirement[];
  readonly planned: Plan;
}

function writeHead(
  record: RecordKeeper,
  { id, options, target, requirements, planned }: Head,
): void {
  record.write({
    line: "run",
    schemaVersion: SCHEMA_VERSION,
    id,
    startedAt: new Date().toISOString(),
    seed: options.seed,
    depth: options.depth,
    plumbline: VERSION,
    machine: {
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpus: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    },
    target: {
      name: target.name,
      title: target.title,
      websocket: baseUrl(target.websocket),
      api: baseUrl(target.api),
      claims: target.claims,
      known: target.known.map(({ requirement, reason }) => ({ requirement, reason })),
    },
    requirements,
  });
  for (const scenario of [...planned.run, ...planned.skipped.map(({ scenario }) => scenario)]) {
    record.write({
      line: "case",
      id: scenario.id,
      suite: scenario.suite,
      title: scenario.title,
      file: scenario.file,
      at: scenario.line,
      steps: actions(scenario.steps).map(({ line, text, checks }) => ({
        at: line,
        text,
        checks: checks.map((check) => check.requirement),
      })),
    });
  }
}
