/** Histories written by hand, so that the tests of judges need no server. */
import type { Evidence, Happening } from "../../record/evidence.ts";
import { formOf } from "../../language/steps.ts";
import { turnsOf } from "../../engine/view.ts";
import type { Finding, Outcome, Verb } from "../../engine/verb.ts";
import { VOCABULARY } from "../vocabulary.ts";

/** A text frame the target sent; `data` becomes a string of JSON, as on the wire. */
export function received(
  socket: string,
  event: string,
  channel?: string,
  data?: unknown,
): Happening {
  return wire("received", socket, {
    event,
    channel,
    ...(data === undefined ? {} : { data: JSON.stringify(data) }),
  });
}

/** A text frame the client sent. */
export function sent(socket: string, event: string, data: unknown): Happening {
  return wire("sent", socket, { event, data });
}

function wire(kind: "sent" | "received", socket: string, message: unknown): Happening {
  const text = JSON.stringify(message);
  return { kind, socket, opcode: "text", text, bytes: text.length };
}

export interface Turn {
  /** The verb's name. */
  readonly verb: string;
  /** As the step has it after `$names` were filled in, without `checks`. */
  readonly params: unknown;
  readonly who?: string;
  readonly before?: readonly Happening[];
  readonly during?: readonly Happening[];
  readonly after?: readonly Happening[];
  readonly ended?: Partial<Outcome>;
}

/** Every verb whose judge has found a failure in some test of this process. */
export const seenFailing = new Set<Verb>();

/** What the verb's judge finds about one turn in this history. Events are numbered from 0, the turn's begin and end included. */
export function judged(turn: Turn): Finding {
  const { verb, told } = byHand(turn);
  if (!verb.judge) throw new Error(`${turn.verb} is not a verb that judges`);
  const finding = verb.judge(told.params, told.view);
  if (finding.holds === false) seenFailing.add(verb);
  return finding;
}

/** What the verb takes for granted in this history. */
export function stoodOn(turn: Turn): readonly string[] {
  const { verb, told } = byHand(turn);
  return verb.premises?.(told.params, told.view) ?? [];
}

function byHand(turn: Turn) {
  const { params, who = "", before = [], during = [], after = [], ended = {} } = turn;
  const verb = formOf(VOCABULARY, turn.verb, Object(params));
  if (!verb) throw new Error(`${turn.verb} is not a verb`);
  const happenings: Happening[] = [
    ...before,
    { kind: "step-begin", step: 0, turn: 0, who, params: verb.schema.parse(params) },
    ...during,
    { kind: "step-end", step: 0, turn: 0, outcome: "done", took: [], ...ended },
    ...after,
  ];
  const events = happenings.map((happening, seq): Evidence => ({
    seq,
    t: seq,
    case: "test/by/hand",
    ...happening,
  }));
  const told = turnsOf(events, 0).get(0)?.[0];
  if (!told) throw new Error("a turn that began and ended is always found");
  return { verb, told };
}
