/** `check`: hold a server against the scenarios, write the record, judge, report. */
import { join } from "@std/path";
import { loadCatalogue } from "../catalogue/catalogue.ts";
import {
  clientFixture,
  clientRequirements,
  notApplicable,
  planClients,
  SCRIPTED_TARGET,
} from "../pages/subject.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { compare, type Comparison } from "../engine/compare_expected.ts";
import { type Expected, readExpected, staleKnown } from "../engine/expected.ts";
import type { FailOn } from "../record/fail_on.ts";
import { openRecorder } from "../record/evidence_log.ts";
import type { Ended } from "../engine/attempts.ts";
import type { Grading } from "../engine/grade.ts";
import { runCase } from "../engine/run_case.ts";
import { EXPLORE_CASE, RUN_CASE } from "../record/check/own_cases.ts";
import { type Plan, plan, skippedResult } from "../engine/plan.ts";
import { run, type RunEnd } from "../engine/run.ts";
import { prefixOf } from "../engine/signed_request.ts";
import { openFixture } from "../engine/fixture.ts";
import { probe } from "../engine/probe.ts";
import { type Musts, mustsOf } from "../record/check/musts.ts";
import type { CaseResult } from "../record/verdict.ts";
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import { loadSource } from "../language/source.ts";
import { readSuccessors } from "../language/successors.ts";
import type { Requirement } from "../record/requirement.ts";
import type { Choice } from "./chosen.ts";
import { chooseScenarios } from "./choose_scenarios.ts";
import { exploreShare, isExplored } from "./explore_in_check.ts";
import { requireKnownChecks } from "./known_checks.ts";
import { requireRequirements, requireScenarios } from "./expected_scenarios.ts";
import { abridging } from "../record/check/abridge.ts";
import { keepRecord } from "../record/check/keep.ts";
import { masking } from "../record/check/masking.ts";
import { type ApplicationFile, loadApplication } from "../applications/file.ts";
import { prepareApplication } from "../applications/start.ts";
import { loadTarget, targetPath } from "../../targets/file.ts";
import { install } from "../../targets/start.ts";
import type { Target } from "../../targets/target.ts";
import { provisional, whyIncomplete } from "./conclude.ts";
import { verdictsOf } from "../engine/verdicts.ts";
import { modelFor } from "../engine/model.ts";
import type { Progress } from "./progress.ts";
import { failureOf } from "./failure.ts";
import { baselineLine, caseLines, runLine } from "./record_head.ts";
import { UsageError } from "../record/usage_error.ts";

export interface CheckOptions extends Choice {
  /** The folder that holds `scenarios/` and `targets/`. */
  readonly root: string;
  /** A name in `targets/` or a file; the reference server, started here, without it. */
  readonly target?: string;
  readonly start: boolean;
  /** A name in `targets/applications/` or a file; the target file's own without it. */
  readonly application?: string;
  /** Judge clients on scripted servers instead of a target. */
  readonly clients: boolean;
  /** Where the record and the reports go. */
  readonly out: string;
  /** A file of expected verdicts. */
  readonly expected?: string;
  /** Where what fails now is written as such a file. */
  readonly writeExpected?: string;
  readonly failOn: FailOn;
  /** Whether a must that the target file gives no means to test leaves the run incomplete. */
  readonly requireAll: boolean;
  /** Whether a scenario that ran again makes the run fail. */
  readonly failOnRetry: boolean;
  readonly seed: number;
}

export interface Checked {
  readonly exit: ExitCode;
  /** Path of the record. */
  readonly record: string;
  readonly results: ReadonlyMap<string, CaseResult>;
  readonly planned: Plan;
  readonly comparison: Comparison;
  /** The list that they were held against. */
  readonly expected: readonly Expected[];
  readonly musts: Musts;
  /** Requirements the target file admits to and that now hold. */
  readonly staleKnown: readonly string[];
  /** Why the run is not complete. */
  readonly incomplete?: string;
}

/** Runs once. Throws `BadFile`, `UsageError`, `CannotStart`, `Unreachable` or `CannotRecord`. */
export async function check(
  options: CheckOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Checked> {
  const began = performance.now();
  const start = !options.clients && (options.start || options.target === undefined);
  const file = targetPath(options.target ?? "reference", join(options.root, "targets"));
  const [catalogue, target, { scenarios, known }, expected, successors] = await Promise.all([
    loadCatalogue(options.root),
    options.clients ? SCRIPTED_TARGET : loadTarget(file, { started: start }),
    chooseScenarios(options),
    options.expected === undefined ? [] : loadSource(options.expected).then(readExpected),
    loadSource(join(options.root, "scenarios", "successors.yaml")).then(readSuccessors),
  ]);
  if (options.expected !== undefined) {
    const folder = join(options.root, "scenarios");
    requireRequirements(options.expected, expected, catalogue.requirements.map(({ id }) => id));
    await requireScenarios(options.expected, expected, known, folder, successors);
  }
  const requirements = options.clients ? clientRequirements(catalogue) : catalogue.requirements;
  requireKnownChecks(scenarios, requirements.map(({ id }) => id));
  const requirement = (id: string): Requirement => {
    const found = requirements.find((row) => row.id === id);
    if (!found) throw new UsageError(`a scenario checks ${id}, which the catalogue does not have`);
    return found;
  };
  const application = await applicationOf(options, target);
  const webhooks = listen(target, start);
  const planned = options.clients ? planClients(scenarios) : plan(scenarios, {
    target,
    ...(application ? { application } : {}),
    started: start,
    webhooks: webhooks !== undefined,
    requirement,
  });

  const id = crypto.randomUUID().slice(0, 4);
  await Deno.mkdir(options.out, { recursive: true });
  const record = keepRecord(
    join(options.out, "record.jsonl"),
    masking(Object.values(target.apps).map((app) => app.secret)),
  );
  const ended = new Map<string, Ended>();
  const skipped = new Map<string, CaseResult>();

  let incomplete: string | undefined;
  let exit: ExitCode = EXIT.internal;
  try {
    record.write(
      runLine({
        id,
        options,
        target,
        application: application?.title,
        root: options.root,
        start: start || options.clients,
        requirements,
      }),
    );
    for (const line of caseLines(planned, options.root)) record.write(line);
    const explores = !options.clients && isExplored(options);
    for (
      const own of [...(options.clients ? [] : [RUN_CASE]), ...(explores ? [EXPLORE_CASE] : [])]
    ) {
      record.write({ line: "case", ...own, file: "", at: 0, steps: [] });
    }
    progress.begin(target.title, planned.run.length, planned.skipped.length);
    for (const one of planned.skipped) {
      const result = skippedResult(one, requirement);
      const told = options.clients ? notApplicable(result) : result;
      skipped.set(one.scenario.id, told);
      record.write({ line: "verdict", ...told });
      progress.judged(one.scenario.id, told.verdict);
    }

    if (start) await install(target);
    const abridge = abridging();
    const recorder = openRecorder((event) => record.write({ line: "evidence", ...abridge(event) }));
    const fixture = options.clients ? clientFixture() : await openFixture({
      target,
      start,
      application: application &&
        ((server, isAlone) => prepareApplication(application, target, server, { start, isAlone })),
      webhooks,
      log: recorder.log("server"),
    });
    let end: RunEnd;
    let grading: Grading;
    let settled: CaseResult[];
    let found: CaseResult[] = [];
    try {
      const probed = options.clients
        ? undefined
        : await probe(fixture.open, { log: recorder.log("probe"), run: id });
      if (probed) {
        record.write({ line: "probe", ...probed });
        progress.probed(probed);
      }
      grading = {
        requirement,
        claims: target.claims,
        known: target.known,
        bounds: target.bounds,
        clockOffsetMs: fixture.open.clockOffsetMs,
        hasPrefix: !options.clients && prefixOf(fixture.open.apiUrl) !== "",
        ...(probed ? { probed } : {}),
        ...(options.clients ? {} : { model: modelFor(target) }),
      };
      end = await run(planned.run, {
        fixture,
        recorder,
        grading,
        run: id,
        depth: options.depth,
        seed: options.seed,
        patienceMs: Math.max(target.settlesMs, ...Object.values(target.bounds)),
        isWatched: !options.clients,
        signal,
        onJudged: (one) => {
          ended.set(one.judged.scenario.id, one);
          progress.judged(one.judged.scenario.id, provisional(one, grading));
        },
      });
      settled = verdictsOf([...ended.values()], grading);
      if (explores && end.incomplete === undefined) {
        const log = recorder.log(EXPLORE_CASE.id);
        const { seed, depth, out, root } = options;
        const share = { fixture, grading, results: settled, seed, depth, out, root, signal, log };
        found = await exploreShare({ ...share, write: (line) => record.write(line) });
      }
    } finally {
      await fixture.close(signal.aborted);
    }
    const all = [
      ...skipped.values(),
      ...settled,
      ...found,
      ...(options.clients ? [] : [runCase(end.deaths, [], grading)]),
    ];
    const comparison = compare(all, expected, options.failOn, successors);
    for (const result of comparison.results.values()) {
      record.write({ line: "verdict", ...result });
      progress.judged(result.id, result.verdict);
    }
    if (options.expected !== undefined) {
      record.write(baselineLine(options.expected, options.failOn, comparison));
    }
    const musts = mustsOf(comparison.results.values(), requirements);
    incomplete = end.incomplete ?? whyIncomplete(musts, options.requireAll);
    const stale = staleKnown(comparison.results.values(), target.known, requirement);
    const retried = [...ended.values()].some(({ secondChances }) => secondChances.length > 0);
    exit = exitCode([
      ...(signal.aborted ? [EXIT.interrupted] : incomplete === undefined ? [] : [EXIT.incomplete]),
      ...(comparison.surprising.length > 0 || options.failOnRetry && retried ? [EXIT.failed] : []),
      ...(comparison.stale.length > 0 || stale.length > 0 ? [EXIT.stale] : []),
    ]);
    return {
      exit,
      record: record.path,
      results: comparison.results,
      planned,
      comparison,
      expected,
      musts,
      staleKnown: stale,
      ...(incomplete === undefined ? {} : { incomplete }),
    };
  } catch (error) {
    incomplete = error instanceof Error ? error.message : String(error);
    exit = failureOf(error).exit;
    throw error;
  } finally {
    await webhooks?.close();
    record.write({
      line: "finish",
      durationMs: Math.round(performance.now() - began),
      complete: incomplete === undefined,
      ...(incomplete === undefined ? {} : { reason: incomplete }),
      exitCode: exit,
    });
    record.close();
  }
}

/** The application that was named, or the reference one beside the reference server. */
async function applicationOf(
  { root, application, clients, target: named }: CheckOptions,
  target: Target,
): Promise<ApplicationFile | undefined> {
  const name = application ?? target.application ?? (named === undefined ? "reference" : undefined);
  return name === undefined || clients
    ? undefined
    : await loadApplication(targetPath(name, join(root, "targets", "applications")));
}

/** Webhooks can arrive when we tell a server that we start where to, or the target file says where it sends them. */
function listen(target: Target, start: boolean): WebhookReceiver | undefined {
  if (start) return receiveWebhooks("127.0.0.1", 0);
  return target.webhooks && receiveWebhooks(target.webhooks.host, target.webhooks.port);
}
