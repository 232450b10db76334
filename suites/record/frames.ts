/** Evidence read as Pusher frames. */
import { type Frame, readFrame } from "../wire/frame.ts";
import type { Evidence } from "./evidence.ts";

const read = new WeakMap<Evidence, { frame: Frame | undefined }>();

/** The Pusher frame a sent or received text event holds, parsed once; `undefined` for all else. */
export function frameOf(event: Evidence): Frame | undefined {
  if (event.kind !== "received" && event.kind !== "sent") return undefined;
  if (event.opcode !== "text" || event.text === undefined) return undefined;
  let entry = read.get(event);
  if (!entry) read.set(event, entry = { frame: readFrame(event.text) });
  return entry.frame;
}

/** True when `event` happened on one of this client's sockets. */
export function isOf(who: string, event: Evidence): boolean {
  return "socket" in event && event.socket.slice(0, event.socket.lastIndexOf("#")) === who;
}

export interface Pattern {
  /** Event name; any without it. */
  readonly event?: string | undefined;
  readonly channel?: string | undefined;
}

/** True when `event` is a received frame of this name on this channel. */
export function isFrame(event: Evidence, { event: name, channel }: Pattern): boolean {
  if (event.kind !== "received") return false;
  const frame = frameOf(event);
  return frame !== undefined && (name === undefined || frame.event === name) &&
    (channel === undefined || frame.channel === channel);
}

/** A frame, exchange or close as a failure message quotes it. */
export function quote(event: Evidence): string {
  switch (event.kind) {
    case "sent":
    case "received":
      return event.text !== undefined
        ? cut(event.text)
        : `${event.opcode} frame of ${event.bytes} bytes`;
    case "closed":
      return `closed with ${event.code}${
        event.reason ? ` "${cut(event.reason)}"` : " and no reason"
      }`;
    case "upgrade-refused":
      return `HTTP ${event.status} before the upgrade`;
    case "request":
      return `${event.method} ${cut(event.path)} ${cut(event.body)}`;
    case "response":
      return `HTTP ${event.status} ${cut(event.body)}`;
    case "no-response":
      return `no answer: ${event.reason}`;
    case "webhook":
      return `webhook ${cut(event.body)}`;
    case "page":
      return `${event.event}${event.channel === undefined ? "" : ` on ${event.channel}`} ${
        cut(JSON.stringify(event.data) ?? "")
      }`.trim();
    case "server":
      return `server ${event.what}: ${event.detail}`;
    default:
      return event.kind;
  }
}

/** What `who` received or suffered between two indexes, for "instead, … had arrived". */
export function arrivals(
  events: readonly Evidence[],
  who: string,
  begin: number,
  end = events.length,
): string {
  const seen = events.slice(begin, end).filter((event) =>
    isOf(who, event) &&
    (event.kind === "received" || event.kind === "closed" || event.kind === "upgrade-refused")
  );
  if (seen.length === 0) return "nothing arrived";
  const shown = seen.slice(0, 4).map(quote).join(" · ");
  return seen.length > 4 ? `${shown} · and ${seen.length - 4} more` : shown;
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
