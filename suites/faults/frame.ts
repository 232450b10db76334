/**
 * WebSocket frames (RFC 6455 §5.2) read off a byte stream with the bytes they came in, so that a
 * frame nobody alters leaves exactly as it arrived, mask, padding and mistakes included.
 */
import { concat } from "../wire/bytes.ts";
import type { Stream } from "../wire/byte_stream.ts";

export type Opcode = "continuation" | "text" | "binary" | "close" | "ping" | "pong" | "reserved";

const OPCODES: ReadonlyMap<number, Opcode> = new Map([
  [0x0, "continuation"],
  [0x1, "text"],
  [0x2, "binary"],
  [0x8, "close"],
  [0x9, "ping"],
  [0xA, "pong"],
]);

export interface Frame {
  readonly opcode: Opcode;
  readonly fin: boolean;
  /** The three reserved bits; compression sets the first. */
  readonly rsv: number;
  readonly masked: boolean;
  /** Unmasked; empty for a frame too large to hold. */
  readonly payload: Uint8Array;
  /** The bytes it came in; only the header of a frame too large to hold. */
  readonly raw: Uint8Array;
  /** Pieces the bytes came in. */
  readonly pieces: number;
  /** Whether it began in the piece that the frame before it ended in. */
  readonly follows: boolean;
  /** Payload bytes still in the stream: 0, but for a frame too large to hold. */
  readonly unread: number;
}

/** A frame with more payload than this is streamed past, unseen by any rule. */
export const LARGEST_HELD = 1024 * 1024;

/** Streams whose last piece holds more than the frame that was read. */
const withRest = new WeakSet<Stream>();

/** The next frame, or undefined at the end; a frame cut short is left in the stream. */
export async function readFrame(stream: Stream): Promise<Frame | undefined> {
  const follows = withRest.delete(stream);
  let pieces = 0;
  const atLeast = (bytes: Uint8Array, length: number) =>
    grow(stream, bytes, length, () => pieces++);
  let bytes = await atLeast(new Uint8Array(), 2);
  if (bytes === undefined) return undefined;
  const [first = 0, second = 0] = bytes;
  const masked = (second & 0x80) !== 0;
  const short = second & 0x7F;
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
  const header = 2 + wide + (masked ? 4 : 0);

  bytes = await atLeast(bytes, header);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = wide === 0 ? short : wide === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
  const about = {
    opcode: OPCODES.get(first & 0x0F) ?? "reserved",
    fin: (first & 0x80) !== 0,
    rsv: (first >> 4) & 0x07,
    masked,
    follows,
  } as const;

  if (length > LARGEST_HELD) {
    stream.unread(bytes.subarray(header));
    const raw = bytes.subarray(0, header);
    return { ...about, payload: new Uint8Array(), raw, pieces, unread: length };
  }
  bytes = await atLeast(bytes, header + length);
  if (bytes === undefined) return undefined;
  stream.unread(bytes.subarray(header + length));
  if (bytes.length > header + length) withRest.add(stream);
  const raw = bytes.subarray(0, header + length);
  const payload = masked
    ? unmask(raw.subarray(header - 4, header), raw.subarray(header))
    : raw.subarray(header);
  return { ...about, payload, raw, pieces, unread: 0 };
}

/** What a frame of one's own making may be. */
export type OwnOpcode = Exclude<Opcode, "reserved">;

/**
 * One frame, the last of its message unless `isFinal` is false (RFC 6455 §5.4); a mask of zeros
 * where the sender must mask (§5.3).
 */
export function encodeFrame(
  opcode: OwnOpcode,
  payload: Uint8Array,
  masked: boolean,
  isFinal = true,
): Uint8Array {
  const code = [...OPCODES].find(([, name]) => name === opcode)?.[0] ?? 0;
  const wide = payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8;
  const header = new Uint8Array(2 + wide + (masked ? 4 : 0));
  const view = new DataView(header.buffer);
  header[0] = (isFinal ? 0x80 : 0) | code;
  header[1] = (masked ? 0x80 : 0) | (wide === 0 ? payload.length : wide === 2 ? 126 : 127);
  if (wide === 2) view.setUint16(2, payload.length);
  if (wide === 8) view.setBigUint64(2, BigInt(payload.length));
  return concat(header, payload);
}

/** Grows `bytes` from the stream to at least `length`; puts them back when the stream ends. */
async function grow(
  stream: Stream,
  bytes: Uint8Array,
  length: number,
  onPiece: () => void,
): Promise<Uint8Array | undefined> {
  const parts = [bytes];
  let have = bytes.length;
  while (have < length) {
    const chunk = await stream.read();
    if (chunk === undefined) {
      stream.unread(concat(...parts));
      return undefined;
    }
    onPiece();
    parts.push(chunk);
    have += chunk.length;
  }
  return parts.length === 1 ? bytes : concat(...parts);
}

function unmask(mask: Uint8Array, payload: Uint8Array): Uint8Array {
  return payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
}
