/** What judges a whole scenario's evidence, whatever the scenario asked. */
import type { Target } from "../../targets/target.ts";
import type { Kind } from "../client/premises.ts";
import { modelOf } from "../model/model.ts";
import type { Evidence } from "../record/evidence.ts";

/** Something the target did that follows from nothing that was sent. */
export interface Unexplained {
  readonly requirement: string;
  /** What differs, short and without names of the run. */
  readonly observation: string;
  readonly message: string;
  /** Sequence numbers of the events that show it. */
  readonly quotes: readonly number[];
  /** The kind of channel it is about, beside plain ones. */
  readonly kind?: Kind;
  /** What a check that quotes these events would call it. */
  readonly seen?: string;
}

/**
 * Explains the evidence of one scenario; returns what it cannot explain. It judges only channels and
 * users that the scenario `owns`: others share the target.
 */
export type Model = (
  events: readonly Evidence[],
  owns: (name: string) => boolean,
) => readonly Unexplained[];

/** The model of the protocol, with what the target file says of its settings. */
export function modelFor(target: Target): Model {
  const options = {
    apps: Object.values(target.apps).map(({ id, key, secret, settings }) => ({
      id,
      key,
      secret,
      ...(typeof settings.cacheTtl === "number" ? { cacheTtlMs: settings.cacheTtl * 1000 } : {}),
    })),
    ordering: target.ordering,
    settleMs: target.settlesMs,
    staleMs: target.bounds.staleness ?? target.settlesMs,
  };
  return (events, owns) => modelOf({ ...options, owns }).judge(events);
}
