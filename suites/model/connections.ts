/** The evidence of a scenario as connections: what each one sent and received, and how it ended. */
import type { Evidence, EvidenceOf } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { type Frame, isRecord, readJson } from "../wire/frame.ts";
import { type Answers, answersOf, channelIn } from "./answers.ts";
import type { ModelApp } from "./options.ts";

/** One message on a connection. */
export interface Message {
  readonly seq: number;
  readonly t: number;
  readonly frame: Frame;
}

export interface Connection {
  readonly name: string;
  /** The app its URL names; `undefined` where no such app is known. */
  readonly app: ModelApp | undefined;
  /** It asked for a version that nobody documents, so what it is told is not judged. */
  readonly isForeign: boolean;
  readonly protocol: number;
  readonly dialled: number;
  readonly sent: readonly Message[];
  readonly received: readonly Message[];
  readonly socketId: string | undefined;
  /** When this end began to close it. */
  readonly closing: number;
  readonly closed: EvidenceOf<"closed"> | undefined;
  /** From here on nothing is expected of the server on it: it spoke outside the documents, or stopped reading. */
  readonly oddFrom: number;
  /** When the server said that it would close it. */
  readonly toldToClose: number;
  readonly answers: Answers;
  /** Up to here the server certainly served it. */
  readonly servedUntil: number;
}

/** Versions of the protocol that the documents describe. */
const DOCUMENTED = new Set(["5", "6", "7"]);

const CLIENT_MESSAGES = new Set([
  "pusher:ping",
  "pusher:pong",
  "pusher:subscribe",
  "pusher:unsubscribe",
  "pusher:signin",
]);

/** True for what the protocol lets a client say beside client events. */
export const isClientMessage = (event: string): boolean => CLIENT_MESSAGES.has(event);

type Growing = {
  -readonly [K in keyof Connection]: Connection[K] extends readonly (infer T)[] ? T[]
    : Connection[K];
};

/** All connections of a scenario by name, in the order they were dialled. */
export function readConnections(
  events: readonly Evidence[],
  apps: readonly ModelApp[],
): Map<string, Connection> {
  const connections = new Map<string, Growing>();
  for (const event of events) {
    if (event.kind === "dial") connections.set(event.socket, dialled(event, apps));
    else if (event.kind === "fault") markFaulty(event, connections);
    else if (event.kind === "closing") {
      const connection = connections.get(event.socket);
      if (connection) connection.closing = event.seq;
    } else if (event.kind === "closed") {
      const connection = connections.get(event.socket);
      if (connection) connection.closed = event;
    } else if (event.kind === "sent" || event.kind === "received") {
      const connection = connections.get(event.socket);
      if (connection) addFrame(event, connection);
    }
  }
  for (const connection of connections.values()) {
    connection.answers = answersOf(connection);
    connection.servedUntil = servedUntil(connection);
  }
  return connections;
}

function dialled(event: EvidenceOf<"dial">, apps: readonly ModelApp[]): Growing {
  const url = URL.parse(event.url);
  const key = url?.pathname.match(/\/app\/([^/]*)$/)?.[1];
  const version = url?.searchParams.get("protocol") ?? null;
  return {
    name: event.socket,
    app: apps.find((app) => app.key === key),
    isForeign: version !== null && !DOCUMENTED.has(version),
    protocol: Number(version),
    dialled: event.seq,
    sent: [],
    received: [],
    socketId: undefined,
    closing: Infinity,
    closed: undefined,
    oddFrom: Infinity,
    toldToClose: Infinity,
    answers: answersOf({ sent: [], received: [] }),
    servedUntil: Infinity,
  };
}

/** A fault names a connection (`ana#1`), or a client whose connections it concerns (`ana`). */
function markFaulty(
  { of, seq }: EvidenceOf<"fault">,
  connections: ReadonlyMap<string, Growing>,
): void {
  if (of === undefined) return;
  for (const connection of connections.values()) {
    if (connection.name === of || connection.name.startsWith(`${of}#`)) {
      connection.oddFrom = Math.min(connection.oddFrom, seq);
    }
  }
}

function addFrame(event: EvidenceOf<"sent" | "received">, connection: Growing): void {
  if (event.opcode === "ping" || event.opcode === "pong") return;
  const { seq, t } = event;
  const frame = frameOf(event);
  if (event.kind === "sent") {
    if (frame) connection.sent.push({ seq, t, frame });
    if (!frame || !isDocumented(frame)) connection.oddFrom = Math.min(connection.oddFrom, seq);
    return;
  }
  if (!frame) return;
  connection.received.push({ seq, t, frame });
  if (!isRecord(frame.decoded)) return;
  if (frame.event === "pusher:connection_established" && connection.socketId === undefined) {
    const { socket_id } = frame.decoded;
    if (typeof socket_id === "string") connection.socketId = socket_id;
  }
  const { code } = frame.decoded;
  if (frame.event === "pusher:error" && typeof code === "number" && code < 4300) {
    connection.toldToClose = Math.min(connection.toldToClose, seq);
  }
}

function isDocumented({ event, data }: Frame): boolean {
  if (event === "pusher:subscribe" || event === "pusher:unsubscribe") {
    return channelIn(data) !== undefined && channelIn(data) !== "" && isMemberData(data);
  }
  return CLIENT_MESSAGES.has(event) || event.startsWith("client-");
}

/** `channel_data`, where there is any, names a member (P-113). */
function isMemberData(data: unknown): boolean {
  if (!isRecord(data) || !("channel_data" in data)) return true;
  const decoded = typeof data.channel_data === "string" ? readJson(data.channel_data) : undefined;
  if (!isRecord(decoded)) return false;
  return typeof decoded.user_id === "string" || typeof decoded.user_id === "number";
}

/**
 * A server that ended a connection may have done so at any time since it last answered on it; where
 * this end did, it was served until then.
 */
function servedUntil({ closing, closed, oddFrom, toldToClose, answers }: Growing): number {
  const mayHaveEnded = closed && (closed.by === "target" || closing === Infinity);
  return Math.min(oddFrom, toldToClose, closing, mayHaveEnded ? answers.lastAnswered : Infinity);
}
