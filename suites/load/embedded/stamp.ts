/**
 * What every event of the load carries in its data: enough to know, without parsing anything,
 * which event it is and when it should have been sent. The same as suites/load/k6/engine/stamp.go:
 *
 *     @plumbline:HHHH:PP:SSSSSSSS:QQQQQQQQ:TTTTTTTTTTTTTTTT@
 *
 * in lower-case hex: whose clock it is, the phase, the stream, the sequence number within it, and
 * the intended instant. It ends with `~` where an earlier event of the stream was still unanswered:
 * the two may overtake each other. No JSON encoder escapes any of its characters.
 */
import type { Nanos } from "./clock.ts";

export interface Stamp {
  machine: number;
  phase: number;
  stream: number;
  sequence: number;
  intended: Nanos;
  overlapping: boolean;
}

const MARK = "@plumbline:";
const LENGTH = 54;
const mark = new TextEncoder().encode(MARK);
const AT = 0x40, TILDE = 0x7e, COLON = 0x3a;

export function writeStamp(stamp: Stamp): string {
  const { machine, phase, stream, sequence, intended, overlapping } = stamp;
  const fields = [hex(machine, 4), hex(phase, 2), hex(stream, 8), hex(sequence, 8)];
  return `${MARK}${fields.join(":")}:${hex(intended, 16)}${overlapping ? "~" : "@"}`;
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, "0");

/** Finds a stamp in `bytes[from, to)` and reads it into `into`; false where there is none. */
export function findStamp(bytes: Uint8Array, from: number, to: number, into: Stamp): boolean {
  // Not `indexOf`, which would search the whole of a buffer whose end is long past `to`.
  for (let at = from; at + LENGTH <= to; at++) {
    if (bytes[at] === AT && isMark(bytes, at)) return readStamp(bytes, at + MARK.length, into);
  }
  return false;
}

function isMark(bytes: Uint8Array, at: number): boolean {
  for (let i = 1; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

function readStamp(bytes: Uint8Array, at: number, into: Stamp): boolean {
  const end = bytes[at + 42];
  if (
    bytes[at + 4] !== COLON || bytes[at + 7] !== COLON || bytes[at + 16] !== COLON ||
    bytes[at + 25] !== COLON || (end !== AT && end !== TILDE)
  ) return false;
  into.machine = readHex(bytes, at, 4);
  into.phase = readHex(bytes, at + 5, 2);
  into.stream = readHex(bytes, at + 8, 8);
  into.sequence = readHex(bytes, at + 17, 8);
  into.intended = readHex(bytes, at + 26, 16);
  into.overlapping = end === TILDE;
  return !Number.isNaN(into.machine + into.phase + into.stream + into.sequence + into.intended);
}

/** The number; NaN where something else stands there. */
function readHex(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = at; i < at + width; i++) {
    const c = bytes[i] ?? 0;
    if (c >= 0x30 && c <= 0x39) value = value * 16 + c - 0x30;
    else if (c >= 0x61 && c <= 0x66) value = value * 16 + c - 0x57;
    else return NaN;
  }
  return value;
}
