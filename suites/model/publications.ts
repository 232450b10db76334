/** Everything that was published: by requests to the HTTP API, and by clients as client events. */
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { isRecord, readJson } from "../wire/frame.ts";
import { isErrorAsSuccess } from "../record/observation.ts";
import { type Connection, isClientMessage } from "./connections.ts";
import type { ModelApp } from "./options.ts";

export interface Publication {
  readonly kind: "api" | "client";
  readonly app: ModelApp;
  readonly channel: string;
  readonly event: string;
  readonly data: unknown;
  /** The connection that does not get it: the sender's own, or the one whose socket_id was given. */
  readonly exceptSocketId: string | undefined;
  readonly sender: Connection | undefined;
  /** What keeps order: one connection to the API, or one socket. */
  readonly path: string;
  readonly begin: number;
  readonly beginT: number;
  /** When it was answered; `Infinity` without an answer. A client event ends as it is sent. */
  readonly end: number;
  readonly endT: number;
  /** The HTTP status; `undefined` without an answer or with two minds, and for client events. */
  readonly status: number | undefined;
  /** Place in a batch. */
  readonly item: number;
  /** Published by POST /batch_events. */
  readonly isBatched: boolean;
  /** Published to several channels by one event of a request. */
  readonly isToSeveral: boolean;
  /** Fields of a client event beside the documented ones. */
  readonly surplus: readonly string[];
}

/** A request to the API of a known app, with its answer. */
export interface Exchange {
  readonly app: ModelApp;
  readonly request: EvidenceOf<"request">;
  readonly response: EvidenceOf<"response"> | undefined;
  /** After `/apps/{id}`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface Requests {
  readonly exchanges: readonly Exchange[];
  /** Apps to which something was posted that may be an event of any name and content. */
  readonly unreadable: ReadonlySet<string>;
  /** Somebody was asked who publishes on his own, and whose requests are not in the evidence. */
  readonly hasOutsiders: boolean;
}

export function readRequests(events: readonly Evidence[], apps: readonly ModelApp[]): Requests {
  const responses = new Map<number, EvidenceOf<"response">>();
  for (const event of events) if (event.kind === "response") responses.set(event.exchange, event);
  const exchanges: Exchange[] = [];
  const unreadable = new Set<string>();
  let hasOutsiders = false;
  for (const request of events) {
    if (request.kind !== "request") continue;
    const match = /\/apps\/([^/?]+)([^?]*)(?:\?(.*))?$/s.exec(request.path);
    const app = apps.find(({ id }) => id === match?.[1]);
    if (!match || !app) {
      if (!match) hasOutsiders = true;
      continue;
    }
    const [, , path = "", query = ""] = match;
    const response = responses.get(request.exchange);
    exchanges.push({ app, request, response, path, query: new URLSearchParams(query) });
    const posts = request.method === "POST" && /events$/.test(path);
    if (posts && !isRecord(readJson(request.body))) unreadable.add(app.id);
  }
  return { exchanges, unreadable, hasOutsiders };
}

export function publicationsOf(
  exchanges: readonly Exchange[],
  connections: Iterable<Connection>,
): Publication[] {
  const published = exchanges.flatMap((exchange) => publishedBy(exchange));
  for (const connection of connections) {
    const { app, name, socketId } = connection;
    if (!app) continue;
    for (const { frame, seq, t } of connection.sent) {
      if (frame.channel === undefined || isClientMessage(frame.event)) continue;
      published.push({
        kind: "client",
        app,
        channel: frame.channel,
        event: frame.event,
        data: frame.data,
        exceptSocketId: socketId,
        sender: connection,
        path: `socket ${name}`,
        begin: seq,
        beginT: t,
        end: seq,
        endT: t,
        status: undefined,
        item: 0,
        isBatched: false,
        isToSeveral: false,
        surplus: Object.keys(frame.fields).filter((field) => !DOCUMENTED.has(field)),
      });
    }
  }
  return published.sort((a, b) => a.begin - b.begin);
}

const DOCUMENTED = new Set(["event", "channel", "data", "user_id"]);

function publishedBy({ app, request, response, path, query }: Exchange): Publication[] {
  if (request.method !== "POST") return [];
  const body = readJson(request.body);
  const fields = isRecord(body) ? body : {};
  const items = path === "/batch_events"
    ? (Array.isArray(fields.batch) ? fields.batch : [])
    : path === "/events"
    ? [{ ...Object.fromEntries(query), ...fields, ...listed(query, fields) }]
    : [];
  return items.flatMap((item: unknown, index) => {
    if (!isRecord(item) || typeof item.name !== "string") return [];
    const { name: event, data, socket_id } = item;
    const channels = Array.isArray(item.channels) ? item.channels : [item.channel];
    return channels.flatMap((channel: unknown) =>
      typeof channel !== "string" ? [] : [{
        kind: "api" as const,
        app,
        channel,
        event,
        data,
        exceptSocketId: typeof socket_id === "string" ? socket_id : undefined,
        sender: undefined,
        path: `api ${app.id} ${request.connection}`,
        begin: request.seq,
        beginT: request.t,
        end: response?.seq ?? Infinity,
        endT: response?.t ?? Infinity,
        // Where the body speaks of an error, nobody knows what became of it.
        status: response && isErrorAsSuccess(response) ? undefined : response?.status,
        item: index,
        isBatched: path === "/batch_events",
        isToSeveral: channels.length > 1,
        surplus: [],
      }]
    );
  });
}

/** Parameters of a POST may stand in the query too (P-234). */
function listed(query: URLSearchParams, fields: Readonly<Record<string, unknown>>) {
  const channels = query.getAll("channels[]");
  return channels.length > 0 && fields.channels === undefined ? { channels } : {};
}
