/** What a client is to receive next, what it must not receive, and that nothing else came. */
import { z } from "zod";
import { clientName } from "../language/client_name.ts";
import { delivery, infoIn, isPlain, kindOf, relaying, subscribing } from "../client/premises.ts";
import type { Attempt } from "../engine/attempt.ts";
import { clientVerb, fails, type Verb, type View } from "../engine/verb.ts";
import { usesUnknownKey } from "../engine/view.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { frameOf, isOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { cameHow } from "./came_how.ts";
import { awaitNext, judgeTaken } from "./next.ts";
import { awaitFence, judgeNever } from "./never.ts";
import { FRAMES, isNamed, type Seen } from "./source.ts";
import { refusedAsStranger } from "./whisper_refused.ts";

/** What a step may ask of a frame. */
export const looking = {
  on: z.string().optional().describe("only on this channel"),
  data: z.unknown().optional().describe(
    "a matcher on the data, decoded where it is JSON in a string",
  ),
  frame: z.unknown().optional().describe("a matcher on the whole message as it stood on the wire"),
};
const about = z.string().optional().describe(
  "only where the data names this user, as events about members do",
);
const receives = z.strictObject({
  receives: z.string().describe("the event's name"),
  about,
  ...looking,
});
const never = z.strictObject({
  never: z.string().describe("the event's name"),
  about,
  ...looking,
  after: z.enum(["api", "whisper", "subscription"]).default("api").describe(
    "api, whisper or subscription: which path the denied event would have come by; of her own whisper a client leaves it out",
  ),
  from: clientName("the sender, another client, where the path is a whisper").optional(),
  witness: z.enum(["needed", "none"]).default("needed").describe(
    "none: nobody could see it, the fence alone proves",
  ),
});

/** The full name of a channel or a user, where one was given. */
export const named = (name: string | undefined, { names }: Attempt): string | undefined =>
  name === undefined ? undefined : names.of(name);

/** What admission to a channel stands on, by what the client's last request carried. */
export function ofSubscription(channel: string, view: View | undefined): string[] {
  const asked = view?.events.slice(0, view.end).findLast((one) =>
    one.kind === "sent" && isOf(view.who, one) && frameOf(one)?.event === "pusher:subscribe"
  );
  const data = asked && frameOf(asked)?.data;
  const info = isRecord(data) ? infoIn(data.channel_data) : undefined;
  return subscribing({ channel, hasInfo: info === true, isOwn: info === undefined });
}

/** What the arrival of an event stands on; of a confirmation, what the request for it carried. */
export function awaited(event: string, on: string | undefined, view: View | undefined): string[] {
  if (view && wasTurnedAway(view)) return ["P-017"];
  if (event === "pusher:error" && view && usesUnknownKey(view)) return ["P-017"];
  if (event === "pusher_internal:subscription_succeeded" && on !== undefined) {
    return ofSubscription(on, view);
  }
  if (event.startsWith("client-")) {
    return [...delivery(event, on ?? whisperOf(event, view)?.channel), ...whispered(event, view)];
  }
  if (!view || !isPublished(event)) return delivery(event, on);
  const channel = on ?? publishedOn(event, view);
  const isLive = channel !== undefined && kindOf(channel)?.guardedBy === "P-146" &&
    wasThere(channel, view);
  return [...delivery(event, channel, isLive), ...cameHow(event, channel, view)];
}

/** The channel to which the event of this name was last published, where it was published alone. */
function publishedOn(event: string, { events, end }: View): string | undefined {
  for (let index = end - 1; index >= 0; index--) {
    const told = events[index];
    if (told?.kind !== "request" || !/\/events(\?|$)/.test(told.path)) continue;
    const body = readJson(told.body);
    if (!isRecord(body) || body.name !== event) continue;
    const channel = Array.isArray(body.channels) ? body.channels[0] : body.channel;
    return typeof channel === "string" ? channel : undefined;
  }
  return undefined;
}

/**
 * Whether the client may have been in the channel when it was last published to: nothing need be kept
 * for it then. It was not where the publication had been answered before it asked for the channel, and
 * nobody else got the event after that: a server may answer before it delivers.
 */
function wasThere(channel: string, { who, events, begin, end }: View): boolean {
  const before = events.slice(0, begin);
  const asked = before.findLastIndex((event) => {
    if (event.kind !== "sent" || !isOf(who, event)) return false;
    const { event: name, data } = frameOf(event) ?? {};
    const of = name === "pusher:subscribe" && isRecord(data) ? data.channel : undefined;
    return typeof of === "string" && of.startsWith(channel);
  });
  const published = before.findLast((event) =>
    event.kind === "request" && event.body.includes(`"${channel}`)
  );
  if (published?.kind !== "request") return false;
  const isAnswered = before.slice(0, Math.max(asked, 0)).some((event) =>
    event.kind === "response" && event.exchange === published.exchange
  );
  return !isAnswered || events.slice(Math.max(asked, 0), end).some((event) => {
    if (event.kind !== "received" || isOf(who, event)) return false;
    const frame = frameOf(event);
    return frame?.channel?.startsWith(channel) === true && isPublished(frame.event) &&
      published.body.includes(JSON.stringify(frame.event));
  });
}

/** The last client event of this name that was sent before the step. */
function whisperOf(event: string, view: View | undefined) {
  const sent = view?.events.slice(0, view.end).findLast((one) =>
    one.kind === "sent" && frameOf(one)?.event === event
  );
  const frame = sent && frameOf(sent);
  return sent?.kind === "sent" && frame
    ? { channel: frame.channel, data: frame.data, bytes: sent.bytes }
    : undefined;
}

/** A client event of more bytes than this may be refused for its size. */
const USUAL_BYTES = 8000;

/** What a client event stands on for what it carries: text is as good as JSON, and not too large. */
function whispered(event: string, view: View | undefined): string[] {
  const sent = whisperOf(event, view);
  if (!sent) return [];
  const { data } = sent;
  const decoded = typeof data === "string" ? readJson(data) : undefined;
  const isText = typeof data === "string" && data.trim() !== "" &&
    (typeof decoded !== "object" || decoded === null);
  return [
    ...(isText ? ["P-169"] : []),
    ...(sent.bytes > USUAL_BYTES ? ["P-173"] : []),
  ];
}

/** No connection came about: nothing can be received, nor closed. */
function wasTurnedAway({ who, events, end }: View): boolean {
  const dialled = handshakesOf(events).findLast(({ index, event }) =>
    index < end && isOf(who, event)
  );
  return dialled?.event.kind === "upgrade-refused";
}

type Handshake = EvidenceOf<"open" | "upgrade-refused">;
interface Handshakes {
  /** How many of the events have been read. */
  read: number;
  readonly found: { readonly index: number; readonly event: Handshake }[];
}
/** A scenario of ten thousand rounds asks ten thousand times: its events are read once. */
const known = new WeakMap<readonly Evidence[], Handshakes>();

/** How each handshake of the scenario so far ended, in order. */
function handshakesOf(events: readonly Evidence[]): Handshakes["found"] {
  const handshakes = known.get(events) ?? { read: 0, found: [] };
  known.set(events, handshakes);
  for (; handshakes.read < events.length; handshakes.read++) {
    const event = events[handshakes.read];
    if (event?.kind === "open" || event?.kind === "upgrade-refused") {
      handshakes.found.push({ index: handshakes.read, event });
    }
  }
  return handshakes.found;
}

/** Whether it is an event of the application's own, and none of the protocol's. */
const isPublished = (event: string) => !/^pusher(_internal)?:/.test(event);

/** An event whose data no parser would leave as it is stands on its being relayed verbatim, too. */
function unusual(event: string, data: unknown, frame: unknown): string[] {
  const wished = isRecord(frame) ? frame.data : data;
  // What a whisper carries is told by what was sent.
  const isOdd = isPublished(event) && !event.startsWith("client-") && typeof wished === "string" &&
    !isPlain(wished);
  return isOdd ? relaying(event) : [];
}

/** Whether a member is told that he himself came, by the user he subscribed as. */
function isAboutItself(seen: Seen, socket: string, { log }: Attempt): boolean {
  if (seen.event !== "pusher_internal:member_added" || !isRecord(seen.data)) return false;
  const asked = log.events.findLast((event) => {
    const frame = event.kind === "sent" && event.socket === socket ? frameOf(event) : undefined;
    return frame?.event === "pusher:subscribe" && isRecord(frame.data) &&
      frame.data.channel === seen.channel;
  });
  const data = asked && frameOf(asked)?.data;
  const text = isRecord(data) && typeof data.channel_data === "string" ? data.channel_data : "";
  const member = readJson(text);
  return isRecord(member) && String(member.user_id) === String(seen.data.user_id);
}

/** The event arrived, with other data than the step asks for. */
function cameOtherwise(pattern: Parameters<typeof judgeTaken>[1], view: View): boolean {
  return view.ended.outcome === "done" && judgeTaken(FRAMES, pattern, view).holds === false;
}

export const RECEIVES: readonly Verb[] = [
  clientVerb({
    name: "receives",
    summary: "Waits for the next event of this name that no earlier step has received.",
    schema: receives,
    asks: ({ receives: event }) => ({ messages: isPublished(String(event)) ? 1 : 0 }),
    premises: ({ receives: event, on, data, frame }, view) =>
      view && isPublished(event) && cameOtherwise({ event, data, frame }, view)
        ? relaying(event)
        : [...awaited(event, on, view), ...unusual(event, data, frame)],
    run: ({ receives: event, on, about }, client, attempt) => {
      const pattern = { event, channel: named(on, attempt), user: named(about, attempt) };
      // That a member is told of itself is another requirement's matter (P-121).
      const isWanted = (seen: Seen) =>
        isNamed(seen, pattern) &&
        (about !== undefined || !isAboutItself(seen, client.socket, attempt));
      return awaitNext(FRAMES, pattern, client, attempt, isWanted);
    },
    judge: ({ receives: event, on, data, frame }, view) => {
      const finding = judgeTaken(FRAMES, { event, data, frame }, view);
      // What carries more than an ordinary client event may be refused for that.
      const isOrdinary = awaited(event, on, view).every((premise) => premise === "P-165");
      const refusal = view.ended.outcome !== "done" && isOrdinary
        ? refusedAsStranger(event, view)
        : undefined;
      return refusal
        ? {
          ...fails(`${finding.message}; its sender was told ${quote(refusal)}`, [refusal.seq]),
          accuses: "P-165",
        }
        : finding;
    },
  }),
  clientVerb({
    name: "never",
    summary: "No such event came, proved by a fence on the same path, and none comes later.",
    schema: never,
    refuses: ({ after, from }, actor) =>
      after !== "whisper"
        ? undefined
        : from === undefined
        ? "say from whom the whisper would come: from: a client"
        : from === actor
        ? `${actor} is not sent what she whispers herself, so nothing can show that it did not come this way; leave after and from out`
        : undefined,
    premises: ({ never: event, on }) => delivery(event, on),
    run: ({ on, about, after, from }, client, attempt) => {
      const pattern = { channel: named(on, attempt), user: named(about, attempt) };
      return awaitFence(FRAMES, pattern, { after, from }, client, attempt);
    },
    judge: ({ never: event, data, frame, witness }, view) =>
      judgeNever(FRAMES, { event, data, frame }, witness, view),
  }),
];
