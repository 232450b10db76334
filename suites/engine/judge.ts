/**
 * From the evidence of a scenario to what its checks found. Pure: the same evidence always gives
 * the same findings. What they weigh, and what kept a question from being put, is settled when all
 * scenarios have been judged (`settle.ts`).
 */
import { type Kind, kindOf } from "../client/premises.ts";
import { actions, type Check } from "../language/scenario.ts";
import type { Evidence } from "../record/evidence.ts";
import { observationOf } from "../record/observation.ts";
import type { OutsideReason } from "../record/verdict.ts";
import type { Model, Unexplained } from "./model.ts";
import type { ActionStep, Scenario } from "./scenario.ts";
import { blocked, type Finding, NothingToJudge, type View } from "./verb.ts";
import { refusalBefore } from "./refusal.ts";
import { type Turn, turnsOf } from "./view.ts";

/** One check of one step, and what was found. */
export interface Question {
  readonly step: ActionStep;
  readonly check: Check;
  readonly finding: Finding;
  /** How often the step was told, in rounds and by members of a group. */
  readonly rounds: number;
  /** The kind of channel it was asked about, beside plain ones. */
  readonly kind?: Kind;
  /** What the step takes for granted, the most general requirement first. */
  readonly premises: readonly string[];
  /** The step did not come to what it waits for, so that a premise may be to blame. */
  readonly missing: boolean;
  /** The step could not be taken at all: what it checks was never asked. */
  readonly isBroken: boolean;
  /** It waited for an answer to become right, and the last was a success of other content. */
  readonly isAnswered?: boolean;
  readonly observation: string;
  /** The answer that refused what was published before, so that what is waited for was never sent. */
  readonly refusal?: number;
  readonly lateMs?: number;
  /** How long the step took, from its begin to its end; of its rounds the longest. */
  readonly tookMs: number;
}

/** A step without checks that did not hold, which ended its scenario. */
export interface Broken {
  readonly step: ActionStep;
  readonly kind?: Kind;
  readonly premises: readonly string[];
  readonly message: string;
  readonly quotes: readonly number[];
  readonly observation: string;
  /** The server had closed the connection on which it waited: nothing is owed to it any more. */
  readonly isCut: boolean;
  /** The request of the application file that may be at fault. */
  readonly doubts?: string;
  /** What ended it, where that is not the server's doing. */
  readonly outside?: OutsideReason;
}

/** A scenario's findings. */
export interface Judged {
  readonly scenario: Scenario;
  readonly durationMs: number;
  /** In the order of the steps; those of steps that were never reached are blocked. */
  readonly questions: readonly Question[];
  readonly broken?: Broken;
  /** Sets of premises on which a step stood that came to what it waited for. */
  readonly worked: readonly (readonly string[])[];
  /** What each step that was reached took for granted, in the order of the steps. */
  readonly stoodOn: readonly {
    readonly step: number;
    readonly premises: readonly string[];
    readonly kind?: Kind;
  }[];
  /** What the model could not explain. */
  readonly unexplained: readonly Unexplained[];
  /** Requests of the application file that were answered as it says. */
  readonly fitted?: readonly string[];
}

/** Judges every check of a scenario, and has the model explain the rest of its evidence. */
export function judge(
  scenario: Scenario,
  events: readonly Evidence[],
  { clockOffsetMs, model }: { readonly clockOffsetMs: number; readonly model?: Model },
  owns: (name: string) => boolean = () => true,
): Judged {
  const turns = turnsOf(events, clockOffsetMs);
  const broke = events.find((event) => event.kind === "broke");
  const steps = actions(scenario.steps);
  const worked: (readonly string[])[] = [];
  const stoodOn: Judged["stoodOn"][number][] = [];
  const questions: Question[] = [];
  for (const step of steps) {
    const views = turns.get(step.index) ?? [];
    const found = views.map((turn) => ({ turn, finding: findingOf(step, turn) }));
    for (const { turn, finding } of found) {
      const premises = premisesOf(step, turn);
      const came = turn.view.ended.outcome === "done" && finding.holds === true &&
        finding.isAbsence !== true;
      if (premises.length > 0) {
        stoodOn.push({ step: step.index, premises, ...kindAsked(turn) });
      }
      if (premises.length > 0 && came) worked.push(premises);
    }
    if (step.checks.length === 0) continue;
    const gravest = gravestOf(found);
    const finding = gravest?.finding ?? neverReached(scenario, broke);
    const refusal = finding.holds === false && gravest
      ? refusalBefore(gravest.turn.view)
      : undefined;
    const lateMs = Math.max(0, ...views.map(({ view }) => view.ended.lateMs ?? 0));
    const tookMs = Math.max(0, ...views.map(({ view }) => durationOf(view)));
    for (const check of step.checks) {
      questions.push({
        step,
        check,
        finding,
        rounds: found.length,
        ...kindAsked(gravest?.turn),
        premises: premisesOf(step, gravest?.turn),
        missing: gravest !== undefined && finding.accuses === undefined &&
          (finding.unmet === true || gravest.turn.view.ended.outcome !== "done"),
        isBroken: gravest?.turn.view.ended.outcome === "broken",
        isAnswered: gravest !== undefined && isAnswered(gravest.turn.view),
        observation: finding.observation ?? observationOf(finding.quotes, events),
        ...(refusal !== undefined && !finding.quotes.includes(refusal) ? { refusal } : {}),
        ...(lateMs > 0 ? { lateMs } : {}),
        tookMs,
      });
    }
  }
  const first = events[0];
  const last = events.findLast((event) => event.kind === "step-end");
  const broken = broke && brokenAt(steps, broke, turns, events);
  return {
    scenario,
    durationMs: first && last ? Math.round((last.t - first.t) * 1000) / 1000 : 0,
    questions,
    ...(broken ? { broken } : {}),
    worked,
    stoodOn,
    fitted: [...turns.values()].flat().flatMap(({ view }) => fittedIn(view)),
    unexplained: (model?.(events, owns) ?? []).map((one) => ({
      ...one,
      seen: observationOf(one.quotes, events),
    })),
  };
}

/** The requests that a step has found answered as the file says, as its verb wrote them. */
function fittedIn({ ended: { facts } }: View): readonly string[] {
  const { fitted } = facts ?? {};
  return Array.isArray(fitted) ? fitted.filter((one) => typeof one === "string") : [];
}

function isAnswered({ events, ended }: View): boolean {
  const last = events.find(({ seq }) => seq === ended.took[0]);
  return last?.kind === "response" && last.status < 300;
}

function durationOf({ events, begin, ended }: View): number {
  return ended.t - (events[begin]?.t ?? ended.t);
}

function kindAsked(turn: Turn | undefined): { readonly kind?: Kind } {
  const channel = turn?.view.ended.facts?.channel;
  const kind = typeof channel === "string" ? kindOf(channel) : undefined;
  return kind === undefined ? {} : { kind };
}

/** The step that ended the scenario, where it carries no check of its own. */
function brokenAt(
  steps: readonly ActionStep[],
  broke: Evidence & { readonly kind: "broke" },
  turns: ReadonlyMap<number, readonly Turn[]>,
  events: readonly Evidence[],
): Broken | undefined {
  const step = steps.find(({ index }) => index === broke.step);
  if (!step || step.checks.length > 0) return undefined;
  const turn = turns.get(step.index)?.at(-1);
  const finding = turn && findingOf(step, turn);
  const quotes = finding && finding.quotes.length > 0 ? finding.quotes : arrived(turn, events);
  return {
    step,
    ...kindAsked(turn),
    premises: broke.isUntold ? [] : premisesOf(step, turn),
    message: broke.reason,
    quotes: quotes.length > 0 ? quotes : [broke.seq],
    observation: finding?.observation ?? observationOf(quotes, events),
    ...(finding?.doubts === undefined ? {} : { doubts: finding.doubts }),
    isCut: turn?.view.ended.outcome === "deadline" &&
      events.some((event) =>
        event.kind === "closed" && event.by === "target" && quotes.includes(event.seq)
      ),
  };
}

/** What the target sent while the step waited: the last that says something. */
function arrived(turn: Turn | undefined, events: readonly Evidence[]): readonly number[] {
  if (!turn) return [];
  const { begin, end, ended } = turn.view;
  if (ended.took.length > 0) return ended.took;
  const last = events.slice(begin, end).findLast(({ kind }) =>
    kind === "received" || kind === "closed" || kind === "response" || kind === "no-response" ||
    kind === "upgrade-refused"
  );
  return last ? [last.seq] : [];
}

function premisesOf({ verb, params }: ActionStep, turn: Turn | undefined): readonly string[] {
  return verb.premises?.(turn?.params ?? params, turn?.view) ?? [];
}

/** A verb that judges nothing holds when it came to what it waited for. */
function findingOf({ verb }: ActionStep, { params, view }: Turn): Finding {
  if (!verb.judge) return byOutcome(view);
  try {
    const finding = verb.judge(params, view);
    const lostFence = finding.holds === "blocked" && view.ended.facts?.fence === "lost";
    return lostFence ? { outside: "fence-lost", ...finding } : finding;
  } catch (error) {
    if (error instanceof NothingToJudge) {
      return { ...blocked(error.message, [view.ended.seq]), ...doubted(view) };
    }
    throw error;
  }
}

function byOutcome(view: View): Finding {
  const { ended } = view;
  return ended.outcome === "done" ? { holds: true, message: "", quotes: ended.took } : {
    holds: false,
    message: ended.detail ?? "it did not come",
    quotes: ended.took,
    ...doubted(view),
  };
}

function doubted({ ended: { facts } }: View): { readonly doubts?: string } {
  return typeof facts?.doubts === "string" ? { doubts: facts.doubts } : {};
}

function neverReached(
  scenario: Scenario,
  broke: (Evidence & { readonly kind: "broke" }) | undefined,
): Finding {
  if (!broke) return blocked("the scenario ended before it");
  const text = actions(scenario.steps).find(({ index }) => index === broke.step)?.text;
  return blocked(`the scenario ended at "${text ?? "its beginning"}": ${broke.reason}`, [
    broke.seq,
  ]);
}

/** The finding that weighs most among the rounds and members that put the same question. */
function gravestOf<F extends { readonly finding: Finding }>(found: readonly F[]): F | undefined {
  return found.find(({ finding }) => finding.holds === false) ??
    found.find(({ finding }) => finding.holds === "blocked") ?? found.at(-1);
}
