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

/** Lets go of what was read: parsed frames are several times as large as their texts. */
export function forgetFrames(events: readonly Evidence[]): void {
  for (const event of events) read.delete(event);
}

/** True when `event` happened on one of this client's sockets. */
export function isOf(who: string, event: Evidence): boolean {
  return "socket" in event && event.socket.slice(0, event.socket.lastIndexOf("#")) === who;
}

/** True when `event` is a message that came, as against a ping or pong frame. */
export function isMessage(event: Evidence): boolean {
  return event.kind === "received" && (event.opcode === "text" || event.opcode === "binary");
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
