/**
 * A verb: one thing a scenario can say. Its `run` acts, waits and records; its `judge`, when it has
 * one, is a pure function from the evidence to a finding.
 */
import type { z } from "zod";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import type { OutsideReason } from "../record/verdict.ts";
import type { Client } from "../client/client.ts";
import type { Attempt } from "./attempt.ts";
import type { Demand, Turn } from "./demand.ts";

/** How a step went, as recorded in its `step-end`. */
export interface Outcome {
  readonly outcome: "done" | "deadline" | "broken";
  /** Events it waited for; a later `receives` looks beyond them. */
  readonly took?: readonly number[];
  readonly detail?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** What it waited for came, this long after its deadline. */
  readonly lateMs?: number;
}

/** What a judge may look at. */
export interface View {
  /** Whose turn it was; empty for verbs of the scenario itself. */
  readonly who: string;
  /** Evidence of the whole case, late frames included. */
  readonly events: readonly Evidence[];
  /** Index into `events` of this turn's begin and of its end. */
  readonly begin: number;
  readonly end: number;
  readonly ended: EvidenceOf<"step-end">;
  /** Every event that some step of the scenario waited for and got. */
  readonly taken: ReadonlySet<number>;
  /** Target facts a requirement may depend on. */
  readonly clockOffsetMs: number;
}

export interface Finding {
  /** `blocked`: the question could not be put. */
  readonly holds: boolean | "blocked";
  /** What was expected and what was seen. */
  readonly message: string;
  readonly quotes: readonly number[];
  /** What differs, short and without names of the run; read from the quotes without it. */
  readonly observation?: string;
  /** What the step asked for was refused or never came, so that a premise may be to blame. */
  readonly unmet?: true;
  /** It holds because nothing came, which shows of no premise that it works. */
  readonly isAbsence?: true;
  /** The requirement that is broken, whichever the step checks: what it checks cannot be told then. */
  readonly accuses?: string;
  /** Why the question could not be put, where that is not the server's doing. */
  readonly outside?: OutsideReason;
  /** The request of the application file that may be at fault: it is, where nothing of the run fitted it. */
  readonly doubts?: string;
}

export interface VerbBase<P> {
  /** The key that names it, for example `receives`. */
  readonly name: string;
  /** Where a word has several forms: the key that only this one has. One form may go without. */
  readonly form?: string;
  /** The key that a value stands for which is given instead of a mapping: `- pause: 3s`. */
  readonly bare?: string;
  /** One line for the reference. */
  readonly summary: string;
  /** The whole mapping, name included, `checks` excluded. */
  readonly schema: z.ZodType<P>;
  judge?(params: P, view: View): Finding;
  /** Why what is written for a client can come to nothing, whatever the target does. */
  refuses?(params: P, actor: string): string | undefined;
  /**
   * What one client's turn asks of the target at least, told before anything runs: of the parameters
   * as written, in which `$names` still stand.
   */
  asks?(written: Readonly<Record<string, unknown>>, turn: Turn): Partial<Demand>;
  /**
   * What one turn needs of the application file, told of the parameters as written: operations such
   * as `createSale`, and `role.NAME`, `channels.NAME` and `events.NAME`.
   */
  uses?(written: Readonly<Record<string, unknown>>): readonly string[];
  /**
   * The requirements that the step takes for granted, as ids, the most general one first. When the
   * step does not come to what it waits for, one of them is to blame, or the requirement it checks.
   * `view` is there where the step was reached.
   */
  premises?(params: P, view?: View): readonly string[];
}

/** Said of a client: `- ana: { receives: OrderShipped }`. */
export interface ClientVerb<P> extends VerbBase<P> {
  readonly actor: "client";
  run(params: P, client: Client, attempt: Attempt): Promise<Outcome> | Outcome;
}

/** Said by itself: `- publish: { on: orders, event: OrderShipped }`. */
export interface ScenarioVerb<P> extends VerbBase<P> {
  readonly actor: "scenario";
  run(params: P, attempt: Attempt): Promise<Outcome> | Outcome;
}

// A list of verbs with different parameters needs one type for all; the schema of each verb
// guards its own parameters before `run` and `judge` see them.
// deno-lint-ignore no-explicit-any -- each verb's own schema guards its parameters
export type Verb = ClientVerb<any> | ScenarioVerb<any>;

export function clientVerb<P>(verb: Omit<ClientVerb<P>, "actor">): Verb {
  return { actor: "client", ...verb };
}

export function scenarioVerb<P>(verb: Omit<ScenarioVerb<P>, "actor">): Verb {
  return { actor: "scenario", ...verb };
}

/** A step ended before its `run` had anything to leave to its judge: what it asks is blocked. */
export class NothingToJudge extends Error {}

/**
 * What the verb's own `run` left for its judge, in the shape it left it in. Throws
 * `NothingToJudge` where the server's behaviour ended the step before that.
 */
export function factsOf<T>({ ended }: View): T {
  if (!ended.facts || "doubts" in ended.facts || "unread" in ended.facts) {
    throw new NothingToJudge(ended.detail ?? "the step left nothing to judge by");
  }
  return ended.facts as T; // only the verb that wrote them reads them
}

export const done = (took: readonly number[] = [], facts?: Outcome["facts"]): Outcome => ({
  outcome: "done",
  took,
  ...(facts ? { facts } : {}),
});
export const broken = (detail: string): Outcome => ({ outcome: "broken", detail });
/**
 * What a step needs did not fit this request of the application file. No answer, or one of 5xx, is the
 * application's own whatever the file says.
 */
export const unfit = (
  detail: string,
  request: string,
  { outcome }: { readonly outcome: string },
): Outcome => ({
  ...broken(detail),
  ...(outcome === "unknown" ? {} : { facts: { doubts: request } }),
});
export const deadline = (detail: string, took: readonly number[] = []): Outcome => ({
  outcome: "deadline",
  detail,
  took,
});

export const holds = (message: string, quotes: readonly number[] = []): Finding => ({
  holds: true,
  message,
  quotes,
});
export const fails = (
  message: string,
  quotes: readonly number[] = [],
  observation?: string,
): Finding => ({
  holds: false,
  message,
  quotes,
  ...(observation === undefined ? {} : { observation }),
});
/** What must have come did not, whatever else came of its kind: what is quoted is not what shows it. */
export const missed = (...told: Parameters<typeof fails>): Finding => ({
  ...fails(...told),
  unmet: true,
});
/** The question could not be put; `outside` where that is not the server's doing. */
export const blocked = (
  message: string,
  quotes: readonly number[] = [],
  outside?: OutsideReason,
): Finding => ({
  holds: "blocked",
  message,
  quotes,
  ...(outside === undefined ? {} : { outside }),
});
