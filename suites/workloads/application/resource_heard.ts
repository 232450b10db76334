/** What a client has heard of a declared resource, found in the evidence of a scenario. */
import { valueAt } from "../../applications/answers.ts";
import type { Client } from "../../client/client.ts";
import type { Attempt } from "../../engine/attempt.ts";
import type { View } from "../../engine/verb.ts";
import { MAKING } from "../../language/resource.ts";
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame, isOf } from "../../record/frames.ts";
import { resourceNamed } from "../../steps/application/resources.ts";
import { isRecord } from "../../wire/frame.ts";
import { channelOf } from "./resource_following.ts";

/** An event of the file as it stands for one resource. */
export interface Told {
  readonly event: string;
  readonly name: string;
  readonly channel: string;
  readonly after: readonly string[];
  readonly id?: string | undefined;
  readonly eventId?: string | undefined;
  readonly version?: string | undefined;
  readonly state?: string | undefined;
  /** What it says when it tells of the making of one. */
  readonly making?: Readonly<Record<string, unknown>> | undefined;
  /** The feed whose entries it tells, which counts its versions by itself. */
  readonly feed?: string | undefined;
}

export interface Facts {
  readonly id: string;
  readonly since: number;
  readonly told: readonly Told[];
  /** The state of a new one. */
  readonly first?: string | undefined;
}

/** Events that somebody hears who has followed the resource, or an earlier one. */
export function factsFor(
  name: string,
  id: string,
  { name: who }: Client,
  attempt: Attempt,
  following = id,
): Facts {
  const { events, feeds, states } = resourceNamed(name, attempt);
  const feedOf = (event: string) =>
    Object.keys(feeds).find((feed) => feeds[feed]?.event?.is === event);
  const followed = attempt.lookup(`followed.${who}.${following}`) as
    | { readonly channels: readonly string[]; readonly since: number }
    | undefined; // as `follow` wrote it
  const told = Object.entries(events).map(
    (
      [event, { name: wire = event, channel, after, id: idAt, eventId, version, state, making }],
    ) => ({
      event,
      name: wire,
      channel: channelOf(channel, id, attempt),
      after,
      id: idAt,
      eventId,
      version,
      state,
      making,
      feed: feedOf(event),
    }),
  );
  return {
    id,
    since: followed?.since ?? 0,
    told: told.filter(({ channel }) => followed?.channels.includes(channel)),
    first: states[0],
  };
}

/** Whether an event is of one resource, where it says of which it is. */
const isAbout = (data: unknown, { id: at }: Told, id: string): boolean =>
  at === undefined || String(valueAt(data, at)) === id;

/** Whether an event tells that one was made, rather than of a transition. */
function tellsMaking(data: unknown, { after, state, making }: Told, first: string | undefined) {
  if (!after.includes(MAKING) || after.length === 1) return after.includes(MAKING);
  return making === undefined
    ? state !== undefined && valueAt(data, state) === first
    : Object.entries(making).every(([path, value]) => valueAt(data, path) === value);
}

/** Whether an event is of a transition of this resource, or with `making` of its making. */
export const isToldOf = (
  data: unknown,
  told: Told,
  { id, first }: Facts,
  making = false,
): boolean => isAbout(data, told, id) && tellsMaking(data, told, first) === making;

/**
 * Every event of this kind that came to the client, one that was sent again once: of transitions,
 * or with `making` of the making.
 */
export function heard(
  events: readonly Evidence[],
  who: string,
  facts: Facts,
  told: Told,
  making = false,
): Evidence[] {
  const seen = new Set<unknown>();
  return events.filter((event) => {
    if (!isOf(who, event) || !isFrame(event, { event: told.name, channel: told.channel })) {
      return false;
    }
    const data = frameOf(event)?.decoded;
    if (!isToldOf(data, told, facts, making)) return false;
    const eventId = told.eventId === undefined ? undefined : valueAt(data, told.eventId);
    if (eventId !== undefined && seen.has(eventId)) return false;
    seen.add(eventId);
    return true;
  });
}

/** What comes late counts as well, until the scenario makes the next one. */
export function untilTheNext({ events, end }: View): readonly Evidence[] {
  const next = events.findIndex((event, at) =>
    at > end && event.kind === "step-begin" && isRecord(event.params) && "creates" in event.params
  );
  return next < 0 ? events : events.slice(0, next);
}
