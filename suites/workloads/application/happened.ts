/** What was asked of one lot or order and what was answered, as the evidence of a scenario has it. */
import type { Answer } from "../../language/application.ts";
import type { LotState, OrderState } from "../../language/operations.ts";
import type { Evidence } from "../../record/evidence.ts";
import { turnsOf } from "../../engine/view.ts";
import type { Answered, Asked, Operation } from "../races/history.ts";
import type { LotTerms } from "../races/lot_model.ts";
import { isRecord } from "../../wire/frame.ts";
import { exchangeIn } from "../../steps/application/acting.ts";

/** One request that leaves at the instant. */
export interface Start {
  readonly who: string;
  readonly asked: Asked;
}

/** What the verb `race` leaves for its judge. */
export interface RaceFacts {
  readonly before: LotState | OrderState;
  readonly started: readonly (Start & { readonly answer: Answer<object> })[];
  /** Who has read the state once all were answered, and what he got. */
  readonly reader: string;
  readonly after: Answer<object>;
}

/**
 * Turned away at the door: a timeout, an expired session or form token, a limit of requests. That
 * says nothing about the lot or the order, so it is no refusal the model could be held against.
 */
const AT_THE_DOOR = [401, 408, 419, 429];

export function isTurnedAway(answer: Answer<object>): boolean {
  return answer.outcome === "refused" && AT_THE_DOOR.includes(answer.status);
}

function answeredOf(answer: Answer<object>): Answered {
  if (answer.outcome === "accepted") return { kind: "agreed", ...answer.value };
  return answer.outcome === "refused" && !isTurnedAway(answer)
    ? { kind: "refused", reason: answer.reason }
    : { kind: "unknown" };
}

/** A request was called when it was written down, and had returned when its answer was. */
function operationOf(
  { who, asked, answer }: Start & { readonly answer: Answer<object> },
  events: readonly Evidence[],
): Operation {
  const exchange = exchangeIn(events, answer.exchange);
  const answered = answeredOf(answer);
  const returned = exchange.find(({ kind }) => kind === "response")?.t;
  return {
    who,
    asked,
    answered,
    called: exchange.find(({ kind }) => kind === "request")?.t ?? 0,
    returned: answered.kind === "unknown" ? Infinity : returned ?? Infinity,
    quotes: exchange.map(({ seq }) => seq),
  };
}

/** The requests of a race, and the state that was read after them where there was an answer. */
export function raced(facts: RaceFacts, events: readonly Evidence[]): readonly Operation[] {
  const { started, reader, after } = facts;
  const requests = started.map((start) => operationOf(start, events));
  return after.outcome === "accepted"
    ? [...requests, operationOf({ who: reader, asked: { kind: "read" }, answer: after }, events)]
    : requests;
}

/** All that was asked of something since a race for it began. */
export interface Happened {
  readonly before: LotState | OrderState;
  readonly terms: LotTerms;
  readonly history: readonly Operation[];
}

/** Undefined when there was no race for it. */
export function happenedTo(
  kind: "lot" | "order",
  id: string,
  events: readonly Evidence[],
): Happened | undefined {
  const turns = [...turnsOf(events, 0).values()].flat()
    .sort((a, b) => a.view.begin - b.view.begin);
  let happened: Happened | undefined;
  for (const { params, view: { who, ended: { facts } } } of turns) {
    if (!isRecord(params) || facts === undefined) continue;
    if (params.for === kind && params.of === id && "started" in facts) {
      const race = facts as unknown as RaceFacts; // as the verb `race` wrote it
      happened = {
        before: happened?.before ?? race.before,
        terms: params.terms as LotTerms, // its schema lets nothing else pass
        history: [...happened?.history ?? [], ...raced(race, events)],
      };
      continue;
    }
    const asked = askedOf(params, id);
    if (happened === undefined || asked === undefined) continue;
    const { answer } = facts as unknown as { answer: Answer<object> }; // as `perform` wrote it
    const operation = operationOf({ who, asked, answer }, events);
    happened = { ...happened, history: [...happened.history, operation] };
  }
  return happened;
}

/** What a step of one person asked of this lot or order, if it did. */
function askedOf(params: Readonly<Record<string, unknown>>, id: string): Asked | undefined {
  const keyed = typeof params.key === "string" ? { key: params.key } : {};
  if (params.startsLot === id) return { kind: "start" };
  if (params.closes === id) return { kind: "close" };
  if (params.moves === id) return { kind: "move", to: String(params.to), ...keyed };
  if (params.on === id && typeof params.bids === "number") {
    return { kind: "bid", amount: params.bids, ...keyed };
  }
  return undefined;
}
