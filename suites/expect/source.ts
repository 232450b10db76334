/**
 * Where a client sees something, read alike: the frames on its connections, and what its page's
 * library tells the page. What was seen is matched by a pattern, and counted by a quantifier (`next`,
 * `never`, `looking_back`), each in a file of its own.
 */
import type { Client } from "../client/client.ts";
import type { Attempt } from "../engine/attempt.ts";
import { type Fence, fenceApi, fenceSubscription, fenceWhisper } from "../engine/fence.ts";
import { mismatch } from "../language/matcher.ts";
import { fencePage } from "../pages/fence.ts";
import { pageArrivals } from "../pages/page_arrivals.ts";
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { arrivals } from "../record/words.ts";
import { isRecord } from "../wire/frame.ts";

/** One thing a client saw. */
export interface Seen {
  readonly who: string;
  readonly event: string;
  readonly channel: string | undefined;
  readonly data: unknown;
  /** The whole message, where it is a frame. */
  readonly frame?: unknown;
  /** Its text, as it stood on the wire. */
  readonly text?: string | undefined;
}

/** What is asked of one thing seen. */
export interface Pattern {
  readonly event?: string | undefined;
  /** Its full name. */
  readonly channel?: string | undefined;
  /** The full id of the user that its data names. */
  readonly user?: string | undefined;
  /** A matcher. */
  readonly data?: unknown;
  /** A matcher. */
  readonly frame?: unknown;
  /** A matcher. */
  readonly text?: unknown;
}

export interface Source {
  /** What this evidence shows to a client, if it shows anything. */
  see(event: Evidence): Seen | undefined;
  /** Whether it happened to the client now: on its current connection, or to its page. */
  isOf(client: Client, event: Evidence): boolean;
  /** Where to begin to look. */
  since(client: Client): number;
  /** What came instead, in words. */
  instead(client: Client, attempt: Attempt, from: number): string;
  /** Proves that nothing published before is still under way. */
  fence(client: Client, attempt: Attempt, path: Path): Promise<Fence>;
  /** In a message: "expected …". */
  words(event: string): string;
}

/** The way an event would have come by, and so the way the fence must take. */
export interface Path {
  readonly after: "api" | "whisper" | "subscription";
  /** The sender of a whisper. */
  readonly from?: string | undefined;
}

/** The frames that came on a client's connection. */
export const FRAMES: Source = {
  see: (event) => {
    const frame = event.kind === "received" ? frameOf(event) : undefined;
    if (event.kind !== "received" || !frame) return undefined;
    return {
      who: event.socket.slice(0, event.socket.lastIndexOf("#")),
      event: frame.event,
      channel: frame.channel,
      data: frame.decoded,
      frame: frame.fields,
      text: event.text,
    };
  },
  isOf: (client, event) => "socket" in event && event.socket === client.socket,
  since: (client) => client.since,
  instead: (client, attempt, from) =>
    `since the step began, ${arrivals(attempt.log.events, client.name, from)}`,
  fence: (client, attempt, { after, from = client.name }) => {
    if (after === "subscription") return fenceSubscription(attempt, client);
    if (after === "api") return fenceApi(attempt, client);
    return fenceWhisper(attempt, attempt.client(from), client);
  },
  words: (event) => event,
};

const EXPECTED: Readonly<Record<EvidenceOf<"page">["what"], (event: string) => string>> = {
  event: (event) => `the library to pass on ${event}`,
  listener: (event) => `the listener of ${event} to be called`,
  state: (event) => `the state ${event}`,
  error: () => "an error",
  authorization: (event) => `the library to say that it ${event}`,
};

/** What the library tells a client's page, of one kind. */
export function page(what: EvidenceOf<"page">["what"]): Source {
  return {
    see: (event) => event.kind === "page" && event.what === what ? PAGE(event) : undefined,
    isOf: (client, event) => event.kind === "page" && event.who === client.name,
    since: () => 0,
    instead: (client, attempt, from) => pageArrivals(attempt, client, from),
    fence: (client, attempt) => fencePage(attempt, client),
    words: EXPECTED[what],
  };
}

const PAGE = ({ who, event, channel, data }: EvidenceOf<"page">): Seen => ({
  who,
  event,
  channel,
  data,
});

/** Whether it has the name and the channel that are asked for, and is about the user. */
export function isNamed(seen: Seen, { event, channel, user }: Pattern): boolean {
  return (event === undefined || seen.event === event) &&
    (channel === undefined || seen.channel === channel) &&
    (user === undefined || (isRecord(seen.data) && String(seen.data.user_id) === user));
}

/** Why its content is not as asked for; `undefined` when it is. */
export function unlike(seen: Seen, { data, frame, text }: Pattern): string | undefined {
  return (data === undefined ? undefined : mismatch(seen.data, data, "data")) ??
    (frame === undefined ? undefined : mismatch(seen.frame, frame, "frame")) ??
    (text === undefined ? undefined : mismatch(seen.text, text, "text"));
}

/** Name, channel and content are as asked for. */
export const isAs = (seen: Seen, pattern: Pattern): boolean =>
  isNamed(seen, pattern) && unlike(seen, pattern) === undefined;

export const described = ({ event, channel, user }: Pattern): string =>
  [event, ...(user ? [`of ${user}`] : []), ...(channel ? [`on ${channel}`] : [])].join(" ");
