/**
 * Every frame on every socket of a case, held against what any socket may see. It runs over the
 * whole evidence, late frames included, and speaks only when something is wrong.
 */
import { fails, type Finding } from "./verb.ts";
import type { Evidence } from "../record/evidence.ts";
import { frameOf } from "../record/frames.ts";
import { quote } from "../record/words.ts";

export interface Audited {
  readonly requirement: string;
  readonly finding: Finding;
}

/** Frames the server may send about a channel to a socket that is not in it. */
const ABOUT_REFUSALS = new Set(["pusher:error", "pusher:subscription_error"]);

/** Versions of the protocol. What a server says to those who asked for another version is not this protocol's to judge. */
const DOCUMENTED_VERSIONS = new Set(["5", "6", "7"]);

export function audit(all: readonly Evidence[]): Audited[] {
  const others = speakersOfOthers(all);
  const events = all.filter((event) => event.kind !== "received" || !others.has(event.socket));
  const admitted = admissions(events);
  const wrong = new Map<string, Audited>();
  const accuse = (requirement: string, message: string, event: Evidence) => {
    // One accusation a requirement is enough; the first shows it.
    if (!wrong.has(requirement)) {
      wrong.set(requirement, { requirement, finding: fails(message, [event.seq]) });
    }
  };
  for (const event of events) {
    if (event.kind === "broke" && event.reason.startsWith("the server went down")) {
      accuse("P-032", event.reason, event);
    }
    if (event.kind !== "received") continue;
    if (event.opcode === "binary") {
      accuse(
        "P-024",
        `messages are text frames; ${event.socket} received a binary frame of ${event.bytes} bytes`,
        event,
      );
    }
    if (event.opcode !== "text") continue;
    const frame = frameOf(event);
    if (!frame) {
      const cut = event.text !== undefined && event.text.length < event.bytes;
      if (!cut) {
        accuse(
          "P-027",
          `every message is one JSON object with a string "event"; ${event.socket} received ${
            quote(event)
          }`,
          event,
        );
      }
      continue;
    }
    const { channel } = frame;
    if (channel === undefined || ABOUT_REFUSALS.has(frame.event)) continue;
    if (!admitted.get(event.socket)?.has(channel)) {
      accuse(
        "P-081",
        `${event.socket} was never admitted to ${channel}, yet received ${quote(event)}`,
        event,
      );
    }
  }
  return [...wrong.values()];
}

/** The sockets that asked for a version of the protocol that nobody documents. */
function speakersOfOthers(events: readonly Evidence[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => {
    if (event.kind !== "dial") return [];
    const version = new URL(event.url).searchParams.get("protocol");
    return version === null || DOCUMENTED_VERSIONS.has(version) ? [] : [event.socket];
  }));
}

/** The channels each socket was admitted to at any time of its life. */
function admissions(events: readonly Evidence[]): Map<string, Set<string>> {
  const admitted = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind !== "received") continue;
    const frame = frameOf(event);
    if (frame?.event !== "pusher_internal:subscription_succeeded" || frame.channel === undefined) {
      continue;
    }
    const channels = admitted.get(event.socket) ?? new Set();
    admitted.set(event.socket, channels.add(frame.channel));
  }
  return admitted;
}
