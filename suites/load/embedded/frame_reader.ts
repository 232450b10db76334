/** The framing of RFC 6455, as little of it as a load needs. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/**
 * Bounds what one message of a server may hold in memory here. The protocol's own end at some
 * 10 kB; a presence snapshot of thousands of members is the longest there is.
 */
export const MAX_MESSAGE = 4 * 1024 * 1024;
const MAX_CONTROL = 125;

/** The server broke RFC 6455 or the Pusher protocol; the message says how. */
export class Broken extends Error {}

/** Told of every message, in order; `bytes[from, to)` holds it only until the call returns. */
export type OnMessage = (opcode: number, bytes: Uint8Array, from: number, to: number) => void;

/**
 * Turns the bytes of a connection into messages. It keeps bytes only while a frame or a fragmented
 * message is incomplete; whole frames are read where they lie.
 */
export class FrameReader {
  /** The beginning of a frame whose end has not come. */
  #rest: Growing | undefined;
  /** The fragments of a message so far. */
  #message: Growing | undefined;
  /** Of the fragmented message; a continuation when there is none. */
  #opcode: number = OPCODE.continuation;

  /** Reads everything that `bytes[0, length)` completes. Throws `Broken`. */
  feed(bytes: Uint8Array, length: number, onMessage: OnMessage): void {
    let data = bytes, end = length;
    if (this.#rest) {
      this.#rest.append(bytes.subarray(0, length));
      data = this.#rest.bytes;
      end = data.length;
    }
    let at = 0;
    for (let read = -1; read !== 0 && at < end; at += read) {
      read = this.#frame(data, at, end, onMessage);
    }
    if (at === end) this.#rest = undefined;
    else if (at > 0 || !this.#rest) this.#rest = new Growing(data.subarray(at, end));
  }

  /** Reads one frame and returns its length; 0 when its end has not come. */
  #frame(data: Uint8Array, at: number, end: number, onMessage: OnMessage): number {
    const available = end - at;
    if (available < 2) return 0;
    const first = data[at] ?? 0, second = data[at + 1] ?? 0;
    if (first & 0x70) throw new Broken("a frame with a reserved bit set (RFC 6455, 5.2)");
    if (second & 0x80) throw new Broken("a masked frame came from the server (RFC 6455, 5.1)");
    const final = (first & 0x80) !== 0, opcode = first & 0x0f;
    let head = 2, length = second & 0x7f;
    if (length >= 126) {
      head = length === 126 ? 4 : 10;
      if (available < head) return 0;
      length = 0;
      for (let i = at + 2; i < at + head; i++) length = length * 256 + (data[i] ?? 0);
    }
    if (length + (this.#message?.bytes.length ?? 0) > MAX_MESSAGE) {
      throw new Broken(`a message of more than ${MAX_MESSAGE} bytes`);
    }
    if (opcode >= OPCODE.close && (!final || length > MAX_CONTROL)) {
      throw new Broken(
        "a control frame that is fragmented or longer than 125 bytes (RFC 6455, 5.5)",
      );
    }
    if (available < head + length) return 0;
    this.#take(final, opcode, data, at + head, at + head + length, onMessage);
    return head + length;
  }

  /** Hands on a message that is whole, and keeps a fragment of one that is not. */
  #take(
    final: boolean,
    opcode: number,
    data: Uint8Array,
    from: number,
    to: number,
    onMessage: OnMessage,
  ): void {
    switch (opcode) {
      case OPCODE.close:
      case OPCODE.ping:
      case OPCODE.pong:
        return onMessage(opcode, data, from, to);
      case OPCODE.text:
      case OPCODE.binary:
        if (this.#opcode !== OPCODE.continuation) throw outOfOrder();
        if (final) return onMessage(opcode, data, from, to);
        this.#opcode = opcode;
        this.#message = new Growing(data.subarray(from, to));
        return;
      case OPCODE.continuation: {
        if (!this.#message) throw outOfOrder();
        this.#message.append(data.subarray(from, to));
        if (!final) return;
        const { bytes } = this.#message, kind = this.#opcode;
        this.#opcode = OPCODE.continuation;
        this.#message = undefined;
        return onMessage(kind, bytes, 0, bytes.length);
      }
      default:
        throw new Broken("a frame with a reserved opcode (RFC 6455, 5.2)");
    }
  }
}

const outOfOrder = () => new Broken("a fragment out of order (RFC 6455, 5.4)");

/** Bytes that more are put behind, each copied a few times at most, however small the pieces are. */
class Growing {
  #space: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array) {
    this.#space = bytes.slice();
    this.#length = bytes.length;
  }

  get bytes(): Uint8Array {
    return this.#space.subarray(0, this.#length);
  }

  append(more: Uint8Array): void {
    const length = this.#length + more.length;
    if (length > this.#space.length) {
      const space = new Uint8Array(Math.max(length, 2 * this.#space.length));
      space.set(this.bytes);
      this.#space = space;
    }
    this.#space.set(more, this.#length);
    this.#length = length;
  }
}

/** One whole frame of a client: final, and masked (RFC 6455, 5.3). */
export function clientFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const length = payload.length;
  const extra = length <= MAX_CONTROL ? 0 : length <= 0xffff ? 2 : 8;
  const frame = new Uint8Array(2 + extra + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) view.setUint16(2, length);
  if (extra === 8) view.setBigUint64(2, BigInt(length));
  const head = 2 + extra + 4;
  // The mask only keeps proxies from being deceived, and nothing here is chosen by an attacker.
  view.setUint32(head - 4, Math.floor(Math.random() * 2 ** 32));
  for (let i = 0; i < length; i++) {
    frame[head + i] = (payload[i] ?? 0) ^ (frame[head - 4 + (i & 3)] ?? 0);
  }
  return frame;
}
