/** `check`: hold a server against the scenarios, write the record, judge, report. */
import { abortable } from "@std/async";
import { join } from "@std/path";
import { clientFixture, notApplicable } from "../pages/subject.ts";
import { EXIT, type ExitCode, exitCode } from "../record/exit_code.ts";
import { compare, type Comparison } from "../engine/compare_expected.ts";
import { type Expected, staleKnown } from "../engine/expected.ts";
import { openRecorder } from "../record/evidence_log.ts";
import type { Ended } from "../engine/evidence_cut.ts";
import type { Grading } from "../engine/grade.ts";
import { openBudget } from "../engine/budget.ts";
import { runCase } from "../engine/run_case.ts";
import { EXPLORE_CASE, RUN_CASE } from "../record/check/own_cases.ts";
import { type Plan, skippedResult } from "../engine/plan.ts";
import { run, type RunEnd } from "../engine/run.ts";
import { prefixOf } from "../engine/signed_request.ts";
import { openFixture } from "../engine/fixture.ts";
import { probe } from "../engine/probe.ts";
import { type Musts, mustsOf } from "../record/check/musts.ts";
import type { CaseResult } from "../record/verdict.ts";
import { receiveWebhooks, type WebhookReceiver } from "../engine/webhook_receiver.ts";
import { exploreShare, isExplored } from "./explore_in_check.ts";
import { abridging } from "../record/check/abridge.ts";
import { keepRecord } from "../record/check/keep.ts";
import { maskedIn, masking, warningOf } from "../record/check/masking.ts";
import { prepareApplication } from "../applications/start.ts";
import { install } from "../../targets/install.ts";
import { secretsOf, type Target } from "../../targets/target.ts";
import { provisional, whyIncomplete } from "./conclude.ts";
import { verdictsOf } from "../engine/verdicts.ts";
import { modelFor } from "../engine/model.ts";
import { bailing } from "./bail.ts";
import type { CheckOptions } from "./check_options.ts";
import type { Prepared } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { failureOf } from "./failure.ts";
import { baselineLine, caseLines, runLine } from "./record_head.ts";

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

/** Runs once. Throws `WrongSetting`, `CannotStart`, `Unreachable` or `CannotRecord`. */
export async function check(
  options: CheckOptions,
  prepared: Prepared,
  progress: Progress,
  signal: AbortSignal,
): Promise<Checked> {
  const began = performance.now();
  const { start, target, application, requirements, requirement } = prepared;
  const { planned, expected, successors } = prepared;
  const webhooks = listen(target, start);

  const id = crypto.randomUUID().slice(0, 4);
  await Deno.mkdir(options.out, { recursive: true });
  const mask = masking(secretsOf(target));
  const record = keepRecord(join(options.out, "record.jsonl"), mask);
  const budget = options.budget && openBudget(options.budget, options.depth);
  const bail = bailing(expected, successors);
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
        ...(prepared.pinned ? { catalogue: prepared.pinned } : {}),
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
    const abridge = abridging(mask);
    const recorder = openRecorder(
      (event) => record.write({ line: "evidence", ...abridge(event) }),
      options.depth,
    );
    const fixture = options.clients ? clientFixture() : await openFixture({
      target,
      start,
      spread: options.spread,
      application: application &&
        ((server, isAlone) => prepareApplication(application, target, server, { start, isAlone })),
      webhooks,
      log: recorder.log("server"),
    });
    // Whoever interrupts a run waits for nothing of the target's, nor does a record that is full.
    const ends = AbortSignal.any([signal, record.failed]);
    let end: RunEnd = { deaths: [], incomplete: "interrupted" };
    let grading: Grading = {
      requirement,
      claims: target.claims,
      known: target.known,
      bounds: target.bounds,
      clockOffsetMs: fixture.open.clockOffsetMs,
      hasPrefix: !options.clients && prefixOf(fixture.open.apiUrl) !== "",
      ...(prepared.newer ? { newer: prepared.newer } : {}),
      ...(options.clients ? {} : { model: modelFor(target) }),
    };
    let settled: CaseResult[] = [];
    let found: CaseResult[] = [];
    try {
      const probing = recorder.log("probe");
      const probed = options.clients ? undefined : await abortable(
        probe(fixture.open, { log: probing, run: id }),
        ends,
      );
      budget?.spend(probing.events);
      if (probed) {
        record.write({ line: "probe", ...probed });
        progress.probed(maskedIn(probed, mask));
        // What is started here for the run alone, with secrets that its file tells, has none to keep.
        if (!start) progress.warn(warningOf(target.apps));
        grading = { ...grading, probed };
      }
      end = await run(planned.run, {
        fixture,
        recorder,
        grading,
        run: id,
        depth: options.depth,
        seed: options.seed,
        patienceMs: Math.max(target.settlesMs, ...Object.values(target.bounds)),
        isWatched: !options.clients,
        signal: AbortSignal.any([ends, bail.signal]),
        ...(budget ? { budget } : {}),
        onSkipped: (scenario, reason) => {
          const result = skippedResult({ scenario, want: "budget", reason }, requirement);
          skipped.set(scenario.id, result);
          progress.judged(scenario.id, result.verdict);
        },
        onJudged: (one) => {
          ended.set(one.judged.scenario.id, one);
          progress.judged(one.judged.scenario.id, provisional(one, grading));
          if (options.bail) bail.after(one, ended.values(), grading);
        },
      });
      settled = verdictsOf([...ended.values()], grading);
      if (explores && !budget && end.incomplete === undefined) {
        const log = recorder.log(EXPLORE_CASE.id);
        const { seed, depth, out, root } = options;
        const share = { fixture, grading, results: settled, seed, depth, out, root, log };
        const exploring = exploreShare({
          ...share,
          signal: ends,
          write: (line) => record.write(line),
        });
        found = await abortable(exploring, ends);
      }
    } catch (error) {
      if (!ends.aborted || error !== ends.reason) throw error;
    } finally {
      await fixture.close(ends.aborted);
    }
    record.failed.throwIfAborted();
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
    const why = bail.reason ?? end.incomplete ?? whyIncomplete(musts, options.requireAll);
    incomplete = why && mask(why);
    const stale = staleKnown(comparison.results.values(), target.known, requirement);
    const retried = [...ended.values()].some(({ secondChances }) => secondChances.length > 0);
    exit = exitCode([
      ...(signal.aborted ? [EXIT.interrupted] : incomplete === undefined ? [] : [EXIT.incomplete]),
      ...(comparison.surprising.length > 0 || options.failOnRetry && retried ? [EXIT.failed] : []),
      ...(comparison.stale.length > 0 || stale.length > 0 ? [EXIT.stale] : []),
    ]);
    record.flush();
    record.failed.throwIfAborted();
    return {
      exit,
      record: record.path,
      results: new Map(
        [...comparison.results].map(([id, result]) => [id, maskedIn(result, mask)]),
      ),
      planned,
      comparison,
      expected,
      musts,
      staleKnown: stale,
      ...(incomplete === undefined ? {} : { incomplete }),
    };
  } catch (error) {
    if (error instanceof Error) error.message = mask(error.message);
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

/** Webhooks can arrive when we tell a server that we start where to, or the target file says where it sends them. */
function listen(target: Target, start: boolean): WebhookReceiver | undefined {
  if (start) return receiveWebhooks("127.0.0.1", 0);
  return target.webhooks && receiveWebhooks(target.webhooks.host, target.webhooks.port);
}
