/** From an answer to the state of a feature. */
import type { Evidence } from "../../record/evidence.ts";
import type { Feature, FeatureFound, FeatureState } from "../../record/probed.ts";
import { readJson } from "../../wire/frame.ts";
import { TOO_MANY } from "../second_chance.ts";
import { answerOf } from "./answer.ts";

export type Found = Partial<Record<Feature, FeatureFound>>;

export const found = (state: FeatureState, observation: string): FeatureFound => ({
  state,
  observation,
});

/** No such path, no such method, not implemented. */
const NOT_THERE = new Set([404, 405, 501]);

/**
 * What an answer of the API says of a feature. `shows` looks in the body for what the feature is
 * for; an answer without it is `otherwise`.
 */
export function inAnswer(
  what: string,
  event: Evidence,
  shows: (body: unknown) => boolean = () => true,
  otherwise: "broken" | "absent" = "broken",
): FeatureFound {
  const says = `${what}: ${answerOf(event).says}`;
  if (event.kind !== "response") return found("broken", says);
  const { status } = event;
  if (status === TOO_MANY) return found("unknown", says);
  if (NOT_THERE.has(status)) return found("absent", says);
  if (status >= 300) return found("broken", says);
  return found(shows(readJson(event.body)) ? "offered" : otherwise, says);
}

/** What an answer on a socket says of a feature: silence, where an answer is due, means absent. */
export function inFrame(what: string, event: Evidence | undefined): FeatureFound {
  const { outcome, says } = answerOf(event);
  const observation = `${what}: ${says}`;
  if (event === undefined) return found("absent", observation);
  return found(
    outcome === "accepted" ? "offered" : outcome === "refused" ? "broken" : "unknown",
    observation,
  );
}

/** Several features of which the same is known. */
export const all = (features: readonly Feature[], state: FeatureFound): Found =>
  Object.fromEntries(features.map((feature) => [feature, state]));

/** What an answer says of a parameter of a call that works without it: refused or left out, it is absent. */
export function inParameter(
  what: string,
  event: Evidence,
  shows: (body: unknown) => boolean,
): FeatureFound {
  const { state, observation } = inAnswer(what, event, shows, "absent");
  const isRefused = event.kind === "response" && event.status === 400;
  return found(isRefused ? "absent" : state, observation);
}
