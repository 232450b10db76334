/** The form of what a server sends, frame by frame (P-009 to P-014, P-024 to P-028, P-057, P-058). */
import type { EvidenceOf } from "../../record/evidence.ts";
import { frameOf } from "../../record/frames.ts";
import { quote } from "../../record/words.ts";
import { isRecord } from "../../wire/frame.ts";
import type { Connection, Message } from "../connections.ts";
import type { Accuse } from "../finding.ts";
import type { History } from "../history.ts";

const ESTABLISHED = "pusher:connection_established";

/** Events whose data are JSON in a string, wherever they carry any. */
const DOUBLY_ENCODED = new Set([
  "pusher_internal:member_added",
  "pusher_internal:member_removed",
  "pusher_internal:subscription_count",
  "pusher_internal:watchlist_events",
]);

export function judgeFrames({ events, connections, publications }: History, accuse: Accuse): void {
  for (const event of events) {
    if (event.kind !== "received") continue;
    const connection = connections.get(event.socket);
    if (connection?.isForeign) continue;
    judgeOpcode(event, accuse);
    const frame = frameOf(event);
    if (!frame) continue;
    // Somebody may have published an event of that name (P-035 is not settled).
    const isPublished = frame.channel !== undefined && connection?.app !== undefined &&
      publications.named(connection.app.id, frame.channel, frame.event).length > 0;
    if (isPublished) continue;
    if (frame.event === "pusher:error") judgeError(event, frame.decoded, accuse);
    if (
      DOUBLY_ENCODED.has(frame.event) && frame.data !== undefined && typeof frame.data !== "string"
    ) {
      accuse({
        requirement: "P-028",
        observation: `data of ${frame.event} not in a string`,
        message: `the data of ${frame.event} are JSON in a string; ${event.socket} received ${
          quote(event)
        }`,
        quotes: [event.seq],
      });
    }
  }
  const inUse = new Map<string, Connection>();
  for (const connection of connections.values()) {
    if (!connection.isForeign) judgeGreeting(connection, inUse, accuse);
  }
}

function judgeOpcode(event: EvidenceOf<"sent" | "received">, accuse: Accuse): void {
  if (event.opcode === "binary") {
    accuse({
      requirement: "P-024",
      observation: "binary frame",
      message:
        `messages are text frames; ${event.socket} received a binary frame of ${event.bytes} bytes`,
      quotes: [event.seq],
    });
  }
  if (event.opcode !== "text" || frameOf(event)) return;
  const isCut = event.text === undefined ||
    new TextEncoder().encode(event.text).length < event.bytes;
  if (isCut) return;
  accuse({
    requirement: "P-027",
    observation: "no message",
    message: `every message is one JSON object with a string "event"; ${event.socket} received ${
      quote(event)
    }`,
    quotes: [event.seq],
  });
}

function judgeError(event: EvidenceOf<"sent" | "received">, data: unknown, accuse: Accuse): void {
  if (!isRecord(data) || typeof data.message !== "string") {
    accuse({
      requirement: "P-057",
      observation: "error without a message",
      message: `pusher:error carries a message; ${event.socket} received ${quote(event)}`,
      quotes: [event.seq],
    });
  }
  const code = isRecord(data) ? data.code : undefined;
  if (code === undefined || code === null) return;
  if (typeof code !== "number" || !Number.isInteger(code) || code < 4000 || code > 4399) {
    accuse({
      requirement: "P-058",
      observation: "code out of range",
      message:
        `the code of pusher:error is an integer from 4000 to 4399; ${event.socket} received ${
          quote(event)
        }`,
      quotes: [event.seq],
    });
  }
}

function judgeGreeting(
  connection: Connection,
  inUse: Map<string, Connection>,
  accuse: Accuse,
): void {
  const [first] = connection.received;
  if (!first) return;
  const say = (requirement: string, observation: string, what: string, message: Message = first) =>
    accuse({
      requirement,
      observation,
      message: `${what}; ${connection.name} received ${JSON.stringify(message.frame.fields)}`,
      quotes: [message.seq],
    });
  if (first.frame.event === "pusher:error") return;
  if (first.frame.event !== ESTABLISHED) {
    return say("P-009", "another first message", `the first message is ${ESTABLISHED}`);
  }
  const { data, decoded } = first.frame;
  if (typeof data !== "string" || !isRecord(decoded)) {
    return say(
      "P-010",
      "greeting not in a string",
      "the greeting's data are a JSON object in a string",
    );
  }
  const { socket_id, activity_timeout } = decoded;
  if (typeof socket_id !== "string") {
    return say("P-011", "no socket_id", "the greeting carries a socket_id, a string");
  }
  if (!/^\d+\.\d+$/.test(socket_id)) {
    say("P-013", "form of socket_id", "a socket_id is two numbers with a dot between");
  }
  const isWhole = typeof activity_timeout === "number" && Number.isInteger(activity_timeout) &&
    activity_timeout > 0;
  if (connection.protocol >= 7 && !isWhole) {
    say("P-014", "activity_timeout", "activity_timeout is a whole number of seconds over 0");
  }
  const key = `${connection.app?.id} ${socket_id}`;
  const other = inUse.get(key);
  if (other && other.closed === undefined) {
    say("P-012", "socket_id twice", `${other.name} is connected with the same socket_id`);
  }
  inUse.set(key, connection);
}
