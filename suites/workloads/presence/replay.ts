/**
 * Who is there, as one observer can know it: the roster it was given, and every coming and going
 * it was told of since (P-125, P-127).
 */
import type { Evidence } from "../../record/evidence.ts";
import { frameOf, isFrame } from "../../record/frames.ts";
import { isRecord, readJson } from "../../wire/frame.ts";
import { bringsRoster, membersOf, rosterOf } from "./roster.ts";

export interface Replay {
  /** The ids of those who are there in the end; `undefined` when no roster ever told. */
  readonly members: ReadonlySet<string> | undefined;
  /** The first coming of somebody already there, or going of somebody who was not. */
  readonly fault?: { readonly message: string; readonly seq: number };
}

export interface Observer {
  readonly socket: string;
  readonly channel: string;
}

export type Change = "added" | "removed";

/** The member event this frame is, if it is one of this channel. */
export function changeOf(
  event: Evidence,
  channel: string,
): { readonly change: Change; readonly user: string } | undefined {
  for (const change of ["added", "removed"] as const) {
    if (!isFrame(event, { event: `pusher_internal:member_${change}`, channel })) continue;
    const data = frameOf(event)?.decoded;
    return { change, user: isRecord(data) ? String(data.user_id) : "?" };
  }
  return undefined;
}

/** The user as whom this frame asks to join the channel, if that is what it does. */
function userJoiningBy(event: Evidence, channel: string): string | undefined {
  const frame = frameOf(event);
  if (frame?.event !== "pusher:subscribe" || !isRecord(frame.data)) return undefined;
  const { channel: asked, channel_data } = frame.data;
  const member = typeof channel_data === "string" ? readJson(channel_data) : undefined;
  return asked === channel && isRecord(member) ? String(member.user_id) : undefined;
}

/** Listens to one socket, event by event; every new roster begins anew. */
export function follow({ socket, channel }: Observer): {
  hear(event: Evidence): void;
  readonly replay: Replay;
} {
  let members: Set<string> | undefined;
  let self: string | undefined;
  let fault: Replay["fault"];
  return {
    hear(event) {
      if (!("socket" in event) || event.socket !== socket) return;
      if (event.kind === "sent") self = userJoiningBy(event, channel) ?? self;
      if (event.kind !== "received") return;
      if (bringsRoster(event, channel)) {
        const ids = membersOf(rosterOf(event));
        members = ids && new Set(ids);
        return;
      }
      const params = changeOf(event, channel);
      if (!params || !members) return;
      const { change, user } = params;
      const wasThere = members.has(user);
      // That nobody is told of his own coming is another requirement's matter (P-121).
      const isOwnComing = change === "added" && user === self;
      if (wasThere === (change === "added") && !isOwnComing) {
        fault ??= {
          message: `member_${change} of ${user}, who was ${
            wasThere ? "there already" : "not there"
          }`,
          seq: event.seq,
        };
      }
      if (change === "added") members.add(user);
      else members.delete(user);
    },
    get replay() {
      return { members, ...(fault ? { fault } : {}) };
    },
  };
}

/** What an observer was told from beginning to end. */
export function replay(events: readonly Evidence[], observer: Observer): Replay {
  const follower = follow(observer);
  for (const event of events) follower.hear(event);
  return follower.replay;
}
