/** A scenario after parsing: nothing downstream checks its shape again. */
import type { z } from "zod";

export interface Check {
  readonly requirement: string;
  /** The entry of the ambiguity register that makes this check inform instead of fail. */
  readonly ambiguity?: string;
  /** Recorded and never scored, whatever the requirement's level: the documents say less than the step asks. */
  readonly informs?: true;
}

interface StepBase {
  /** Counts through the whole scenario, blocks included, in the order of the file. */
  readonly index: number;
  /** One-based line in the file. */
  readonly line: number;
  /** The step as it stands in the file, on one line. */
  readonly text: string;
}

/** A verb as far as a file is concerned: its name, who says it, and what its mapping may hold. */
export interface Word {
  /** The key that names it, for example `receives`. */
  readonly name: string;
  /** One line for the reference. */
  readonly summary: string;
  /** Said of a client, or of the scenario itself. */
  readonly actor: "client" | "scenario";
  /** Where a word has several forms: the key that only this one has. One form may go without. */
  readonly form?: string;
  /** The key that a value stands for which is given instead of a mapping: `- pause: 3s`. */
  readonly bare?: string;
  /** The whole mapping, name included, `checks` excluded. */
  readonly schema: z.ZodType;
  /** Present where a step with this verb can carry checks. */
  readonly judge?: unknown;
  /** Why what is written can come to nothing, whatever the target does; undefined where it can. */
  refuses?(params: unknown, actor: string): string | undefined;
}

export interface ActionStepOf<V extends Word> extends StepBase {
  readonly kind: "action";
  /** The client or the group of clients; empty for verbs of the scenario. */
  readonly actor: string;
  readonly verb: V;
  /** As written; `$names` are filled in when it runs. */
  readonly params: unknown;
  readonly checks: readonly Check[];
}

/** Steps released at one instant. */
export interface TogetherStepOf<V extends Word> extends StepBase {
  readonly kind: "together";
  readonly steps: readonly StepOf<V>[];
}

/** Steps told again and again, with `$round` counting from 1. */
export interface RepeatStepOf<V extends Word> extends StepBase {
  readonly kind: "repeat";
  readonly times: { readonly quick: number; readonly full: number };
  readonly steps: readonly StepOf<V>[];
}

export type StepOf<V extends Word> = ActionStepOf<V> | TogetherStepOf<V> | RepeatStepOf<V>;

/**
 * - `parallel`: beside all others (the default).
 * - `heavy`: burns CPU; after the parallel ones, one at a time.
 * - `alone`: touches what all share; after those, one at a time.
 * - `hostile`: may bring the server down; last, one at a time, with a canary before and after.
 */
export const SCHEDULES = ["parallel", "heavy", "alone", "hostile"] as const;
export type Schedule = typeof SCHEDULES[number];

/** A scenario whose steps say verbs of the kind `V`. */
export interface ScenarioOf<V extends Word> {
  /** `suite/group/name`, and `/example` where a table of examples made it. */
  readonly id: string;
  /** The id as the file has it; the rows of one table of examples share it. */
  readonly family: string;
  readonly suite: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  /** Name of the app in the target file that clients and API calls use by default. */
  readonly app: string;
  /** Keys the target file must have, for example `apps.second` or `start`. */
  readonly needs: readonly string[];
  readonly schedule: Schedule;
  /** Takes long because it waits for the server's clock; started first. */
  readonly slow: boolean;
  /** Only run with `--depth full`. */
  readonly fullOnly: boolean;
  /** A server of its own, which it may stop and start. */
  readonly ownServer: boolean;
  readonly deadlineMs: number;
  readonly clients: Readonly<Record<string, { readonly count: number; readonly app?: string }>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly steps: readonly StepOf<V>[];
  /** What a failure here most likely means, when it is not the implementation. */
  readonly cause?: "configuration" | "absent feature";
}

/** Every action step of a scenario, blocks opened, in the order of the file. */
export function actions<V extends Word>(steps: readonly StepOf<V>[]): ActionStepOf<V>[] {
  return steps.flatMap((step) => (step.kind === "action" ? [step] : actions(step.steps)));
}
