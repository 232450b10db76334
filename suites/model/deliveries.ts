/** What each connection received on channels, and which publications may be the reason for it. */
import { canonical } from "./json.ts";
import type { Connection, Message } from "./connections.ts";
import type { Publication } from "./publications.ts";

/** An event of a channel that came to a connection. */
export interface Delivery {
  readonly connection: Connection;
  readonly message: Message;
  readonly channel: string;
  /** Published to this channel of this app before it came, with this name and these data. */
  readonly candidates: readonly Publication[];
}

export interface PublicationIndex {
  /** To the channel, with this name and content. */
  same(appId: string, channel: string, event: string, data: unknown): readonly Publication[];
  /** To the channel, with this name. */
  named(appId: string, channel: string, event: string): readonly Publication[];
  on(appId: string, channel: string): readonly Publication[];
}

/** Events of the protocol itself; everything else was published by somebody. */
export const isProtocolEvent = (event: string): boolean =>
  event.startsWith("pusher:") || event.startsWith("pusher_internal:");

const NONE: readonly Publication[] = [];

export function indexPublications(publications: readonly Publication[]): PublicationIndex {
  const channels = new Map<string, Publication[]>();
  const names = new Map<string, Publication[]>();
  const contents = new Map<string, Publication[]>();
  const put = (map: Map<string, Publication[]>, key: string, publication: Publication) => {
    const list = map.get(key);
    if (list) list.push(publication);
    else map.set(key, [publication]);
  };
  for (const publication of publications) {
    const { app, channel, event, data } = publication;
    const on = `${app.id} ${channel}`;
    put(channels, on, publication);
    put(names, `${on} ${event}`, publication);
    put(contents, `${on} ${event} ${contentOf(data)}`, publication);
  }
  return {
    same: (appId, channel, event, data) => {
      const key = `${appId} ${channel} ${event}`;
      const exact = contents.get(`${key} ${contentOf(data)}`) ?? NONE;
      // What was published as a value and not as text may be written in more than one way.
      if (typeof data !== "string") return exact;
      const loose = looseForms(data).flatMap((form) => contents.get(`${key} ${form}`) ?? NONE);
      return loose.length === 0 ? exact : [...exact, ...loose];
    },
    named: (appId, channel, event) => names.get(`${appId} ${channel} ${event}`) ?? NONE,
    on: (appId, channel) => channels.get(`${appId} ${channel}`) ?? NONE,
  };
}

function contentOf(data: unknown): string {
  return typeof data === "string" ? `text ${data}` : `value ${canonical(data)}`;
}

function looseForms(data: string): string[] {
  if (data === "") return ["value undefined", "value null"];
  try {
    const value: unknown = JSON.parse(data);
    const form = `value ${canonical(value)}`;
    const isEmpty = data === "{}" || data === "null";
    return isEmpty ? [form, "value undefined", "value null"] : [form];
  } catch {
    return [];
  }
}

/** All deliveries to a connection, in the order they came. */
export function deliveriesTo(connection: Connection, index: PublicationIndex): Delivery[] {
  const { app } = connection;
  if (!app) return [];
  return connection.received.flatMap((message) => {
    const { event, channel, data } = message.frame;
    if (channel === undefined || isProtocolEvent(event)) return [];
    const candidates = index.same(app.id, channel, event, data);
    const begun = candidates.every(({ begin }) => begin < message.seq)
      ? candidates
      : candidates.filter(({ begin }) => begin < message.seq);
    return [{ connection, message, channel, candidates: begun }];
  });
}
