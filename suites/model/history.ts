/** A scenario's evidence, read as what the protocol is made of. Everything the rules look at. */
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { type Connection, readConnections } from "./connections.ts";
import {
  deliveriesTo,
  type Delivery,
  indexPublications,
  type PublicationIndex,
} from "./deliveries.ts";
import type { ModelOptions } from "./options.ts";
import { type Exchange, publicationsOf, readRequests } from "./publications.ts";
import { readSignIns, type SignIn } from "./sign_ins.ts";
import { readStays, type Stay } from "./stays.ts";

export interface History {
  readonly options: ModelOptions;
  readonly events: readonly Evidence[];
  readonly connections: ReadonlyMap<string, Connection>;
  readonly signIns: ReadonlyMap<Connection, readonly SignIn[]>;
  /** The stays of a connection in a channel, in order. */
  stays(connection: Connection, channel: string): readonly Stay[];
  /** The stays of everybody in a channel of an app. */
  staysIn(appId: string, channel: string): readonly Stay[];
  /** Every channel of every app that anybody asked to subscribe to. */
  readonly channels: readonly { readonly appId: string; readonly channel: string }[];
  readonly exchanges: readonly Exchange[];
  readonly publications: PublicationIndex;
  readonly deliveries: ReadonlyMap<Connection, readonly Delivery[]>;
  /** True where every event on the channel was published by somebody in the evidence. */
  isClosed(appId: string, channel: string): boolean;
  readonly quiet: readonly number[];
}

const NO_STAYS: readonly Stay[] = [];
/** So many borrowed signatures are tried to say where a wrong one comes from. */
const TRIED = 50;

/** Reads the evidence; `quiet` are the points at which everything that had to happen has happened. */
export function readHistory(
  all: readonly Evidence[],
  options: ModelOptions,
  quiet: readonly number[],
): History {
  const events = untilDeath(all);
  const { apps, ordering, settleMs, owns } = options;
  const connections = readConnections(events, apps);
  const signIns = new Map<Connection, readonly SignIn[]>();
  for (const connection of connections.values()) {
    signIns.set(connection, readSignIns(connection));
  }
  const { exchanges, unreadable, hasOutsiders } = readRequests(events, apps);
  const terminations = exchanges.flatMap(({ path, request }) => {
    const userId = terminatedBy(path);
    return userId === undefined ? [] : [{ userId, seq: request.seq }];
  });
  const others = {
    socketIds: [...connections.values()].flatMap(({ socketId }) => socketId ?? []).slice(0, TRIED),
    channels: channelNames(connections.values()),
  };
  const stays = new Map<Connection, Map<string, Stay[]>>();
  const inChannel = new Map<string, Stay[]>();
  for (const [connection, own] of signIns) {
    const byChannel = readStays(connection, own, others, {
      ordering,
      settleMs,
      quiet,
      terminations,
    });
    stays.set(connection, byChannel);
    for (const [channel, list] of byChannel) {
      const key = `${connection.app?.id} ${channel}`;
      const everybody = inChannel.get(key);
      if (everybody) everybody.push(...list);
      else inChannel.set(key, [...list]);
    }
  }
  const publications = publicationsOf(exchanges, connections.values());
  const index = indexPublications(publications);
  const deliveries = new Map(
    [...connections.values()].map((connection) =>
      [connection, deliveriesTo(connection, index)] as const
    ),
  );
  // What was sent outside the documents may have been taken for an event.
  const strange = strangeText(events);
  return {
    options,
    events,
    connections,
    signIns,
    stays: (connection, channel) => stays.get(connection)?.get(channel) ?? NO_STAYS,
    staysIn: (appId, channel) => inChannel.get(`${appId} ${channel}`) ?? NO_STAYS,
    channels: [...inChannel.keys()].map((key) => {
      const space = key.indexOf(" ");
      return { appId: key.slice(0, space), channel: key.slice(space + 1) };
    }),
    exchanges,
    publications: index,
    deliveries,
    isClosed: (appId, channel) =>
      !hasOutsiders && owns(channel) && !unreadable.has(appId) && !strange.includes(channel),
    quiet,
  };
}

const LAST: ReadonlySet<string> = new Set(["died", "stopped", "faulted"]);

/**
 * At the end of the server's process all its memory is gone, and what nodes owe after a fault between
 * them is for scenarios to say; what follows is not judged.
 */
function untilDeath(events: readonly Evidence[]): readonly Evidence[] {
  const death = events.findIndex((event) => event.kind === "server" && LAST.has(event.what));
  return death < 0 ? events : events.slice(0, death);
}

/** The user that a request ends the connections of. */
export function terminatedBy(path: string): string | undefined {
  const user = /^\/users\/([^/]*)\/terminate_connections$/.exec(path)?.[1];
  try {
    return user === undefined ? undefined : decodeURIComponent(user);
  } catch {
    return user;
  }
}

function channelNames(connections: Iterable<Connection>): string[] {
  const names = new Set<string>();
  for (const { sent } of connections) {
    for (const { frame } of sent) {
      if (names.size >= TRIED) return [...names];
      const { data } = frame;
      if (frame.event === "pusher:subscribe" && typeof data === "object" && data !== null) {
        const channel = "channel" in data ? data.channel : undefined;
        if (typeof channel === "string") names.add(channel);
      }
    }
  }
  return [...names];
}

/** Sent text that is no message; the parts of one may be fragments of it. */
function strangeText(events: readonly Evidence[]): string {
  const texts: string[] = [];
  for (const event of events) {
    if (event.kind !== "sent" || event.opcode === "ping" || event.opcode === "pong") continue;
    if (event.text === undefined) texts.push(decoded(event.base64 ?? ""));
    else if (frameOf(event) === undefined) texts.push(event.text);
  }
  return texts.join("");
}

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
}
