/** The time of a lease: when it was kept alive last, and whether it was over too early. */
import type { Answer } from "../../language/application.ts";
import type { Lease } from "../../language/lease.ts";
import type { Evidence } from "../../record/evidence.ts";
import { turnsOf } from "../../engine/view.ts";
import { factsOf, fails, type Finding } from "../../engine/verb.ts";
import { exchangeIn } from "../../steps/application/acting.ts";
import { isRecord } from "../../wire/frame.ts";

/** An application may count whole seconds. */
const TOLERANCE_MS = 1000;

/** A request that kept it alive or ended it, as it left, and its answer where there was one. */
export interface Kept {
  readonly what: "keep" | "end";
  readonly request: Evidence;
  readonly response?: Evidence | undefined;
}

/** What somebody asked of a lease last, before an event of the evidence. */
export function lastKept(
  lease: string,
  whose: string,
  events: readonly Evidence[],
  before: number,
): Kept | undefined {
  return [...turnsOf(events, 0).values()].flat().flatMap(({ params, view }): Kept[] => {
    if (view.who !== whose || !isRecord(params) || params.lease !== lease) return [];
    if (params.moves !== "keep" && params.moves !== "end") return [];
    const { answer } = factsOf<{ answer: Answer<object> }>(view);
    const [request, response] = exchangeIn(events, answer.exchange);
    if (request === undefined || request.seq > before) return [];
    return [{ what: params.moves, request, response }];
  }).toSorted((one, other) => one.request.seq - other.request.seq).at(-1);
}

/** From when it was kept to an event, in milliseconds. */
export const sinceKeptMs = (kept: Kept | undefined, event: Evidence | undefined): number =>
  kept === undefined || event === undefined ? Infinity : event.t - kept.request.t;

/** How long it may take from now until somebody is gone, in milliseconds. */
export function goneByMs(
  { lasts, goneWithin = lasts }: Lease,
  lease: string,
  whose: string,
  events: readonly Evidence[],
): number {
  const isEnded = lastKept(lease, whose, events, Infinity)?.what === "end";
  return isEnded ? 0 : 1000 * (lasts + goneWithin);
}

/** Gone, though it was kept alive and its time was not over. */
export function tooEarly(
  { lasts }: Lease,
  kept: Kept | undefined,
  event: Evidence | undefined,
): Finding | undefined {
  if (kept?.what !== "keep" || event === undefined) return undefined;
  const sinceMs = sinceKeptMs(kept, event);
  const leastMs = 1000 * lasts - Math.min(TOLERANCE_MS, 250 * lasts);
  return sinceMs >= leastMs ? undefined : fails(
    `it was kept alive ${Math.round(sinceMs)} ms before, and lasts ${lasts} s`,
    [kept.request.seq, event.seq],
  );
}

/** Whether somebody was still there, asked for so long after it was ended that it had not ended him. */
export const hasLingered = (kept: Kept | undefined, asked: Evidence | undefined): boolean =>
  kept?.what === "end" && kept.response !== undefined && asked !== undefined &&
  asked.t - kept.response.t >= TOLERANCE_MS;
