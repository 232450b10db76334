/** The events that webhooks told a scenario of, read from its evidence. */
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { mismatch } from "../language/matcher.ts";
import { readWebhook } from "../wire/webhook.ts";
import { beginning } from "../record/beginning.ts";

/** One event of one webhook request, as it arrived. */
export interface Params {
  readonly request: EvidenceOf<"webhook">;
  /** Which of the request's events, from 0. */
  readonly index: number;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Which events a step is about. */
export interface About {
  /** The event's name, for example `channel_occupied`. */
  readonly event?: string | undefined;
  /** The channel's full name. */
  readonly channel?: string | undefined;
  /** A matcher on the whole event. */
  readonly where?: unknown;
}

const read = new WeakMap<Evidence, readonly Params[]>();

/** The events one webhook request holds; none for all other evidence. */
export function eventsOf(request: Evidence): readonly Params[] {
  if (request.kind !== "webhook") return [];
  const known = read.get(request);
  if (known) return known;
  const params = readWebhook(request.body).events.map((event, index) => ({
    request,
    index,
    event,
  }));
  read.set(request, params);
  return params;
}

/** The events told so far that a step is about, in the order they arrived. */
export function params(events: readonly Evidence[], about: About): Params[] {
  return events.flatMap((request) => eventsOf(request).filter((one) => isAbout(one, about)));
}

export function isAbout({ event }: Params, about: About): boolean {
  return (about.event === undefined || event.name === about.event) &&
    (about.channel === undefined || event.channel === about.channel) &&
    (about.where === undefined || mismatch(event, about.where) === undefined);
}

/** A webhook that was answered with 2XX has arrived; any other was an attempt. */
export function hasArrived({ request }: Params): boolean {
  return request.answered >= 200 && request.answered < 300;
}

/**
 * Evidence up to what a judge may hold against a step that has looked back: what came late counts
 * until the scenario goes on or lets its sockets go, for either may rightly cause new webhooks.
 */
export function untilTheStoryGoesOn(events: readonly Evidence[], end: number): Evidence[] {
  const next = events.findIndex((event, index) =>
    index > end &&
    (event.kind === "step-begin" || (event.kind === "closed" && event.by === "plumbline"))
  );
  return events.slice(0, next < 0 ? events.length : next);
}

/** A few of them, as a failure message quotes them. */
export function listed(events: readonly Params[]): string {
  if (events.length === 0) return "none";
  const shown = events.slice(0, 4).map(({ event, request }) => {
    const text = cut(JSON.stringify(event));
    return request.answered === 200 ? text : `${text} (answered ${request.answered || "never"})`;
  });
  return events.length > 4
    ? `${shown.join(" · ")} · and ${events.length - 4} more`
    : shown.join(" · ");
}

function cut(text: string): string {
  return text.length > 300 ? `${beginning(text, 300)}…` : text;
}
