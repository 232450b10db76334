/** One WebSocket of the load: reads frames where they lie, answers pings and closes. */
import net from "node:net";
import { type Nanos, now } from "./clock.ts";
import type { Dialed } from "./dial.ts";
import { Broken, clientFrame, FrameReader, OPCODE } from "./frame_reader.ts";
import { Strays } from "./strays.ts";

/** Told what happens on a line. */
export interface Owner {
  /**
   * One message, read at `at`; `bytes[from, to)` is only its own until the call returns. Throws
   * `Broken` where the line is to end for it.
   */
  message(text: boolean, bytes: Uint8Array, from: number, to: number, at: Nanos): void;
  /** The last that is told: what ended the line, or `undefined` where it was ended here. */
  closed(reason: Error | undefined): void;
}

/** How much is kept for a server that does not read what is sent; more ends the line. */
const MAX_UNSENT = 1024 * 1024;

const encoder = new TextEncoder();
const NORMAL_CLOSURE = Uint8Array.of(0x03, 0xe8);

export class Line {
  readonly #socket: net.Socket;
  readonly #owner: Owner;
  readonly #reader = new FrameReader();
  readonly #onMessage = this.#message.bind(this);
  /** What comes that is no delivery. */
  readonly strays = new Strays();
  #open = true;
  #readAt: Nanos = 0;

  constructor({ socket, readBy }: Dialed, owner: Owner) {
    this.#socket = socket;
    this.#owner = owner;
    readBy((bytes, length) => this.#read(bytes, length));
    socket.on("error", (error: Error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the server hung up")));
  }

  /** Begins to read, with what came right behind the answer to the upgrade. */
  start({ early }: Dialed): void {
    this.#read(early, early.length);
    if (this.#open) this.#socket.resume();
  }

  get open(): boolean {
    return this.#open;
  }

  /** Sends one text message; on a line that has ended it does nothing. */
  send(text: string): void {
    this.#send(OPCODE.text, encoder.encode(text));
  }

  #send(opcode: number, payload: Uint8Array): void {
    if (!this.#open) return;
    this.#socket.write(clientFrame(opcode, payload));
    if (this.#socket.writableLength > MAX_UNSENT) {
      this.#end(new Error("the server does not read what is sent to it"));
    }
  }

  /** Stops reading, so that the server's buffers fill. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#open) this.#socket.resume();
  }

  /** Ends the line politely; its owner is told at once, and nothing after that. */
  close(): void {
    this.#send(OPCODE.close, NORMAL_CLOSURE);
    this.#end(undefined);
  }

  #read(bytes: Uint8Array, length: number): void {
    if (!this.#open || length === 0) return;
    this.#readAt = now();
    try {
      this.#reader.feed(bytes, length, this.#onMessage);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#end(error);
    }
  }

  #message(opcode: number, bytes: Uint8Array, from: number, to: number): void {
    if (!this.#open) return; // ended by an earlier message of the same read
    switch (opcode) {
      case OPCODE.ping:
        this.strays.count(this.#readAt);
        return this.#send(OPCODE.pong, bytes.subarray(from, to));
      case OPCODE.pong:
        return;
      case OPCODE.close:
        this.#send(OPCODE.close, bytes.subarray(from, Math.min(to, from + 2)));
        return this.#end(new Error(closeReason(bytes.subarray(from, to))));
      default:
        this.#owner.message(opcode === OPCODE.text, bytes, from, to, this.#readAt);
    }
  }

  #end(reason: Error | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.removeAllListeners();
    this.#socket.on("error", () => {}); // what becomes of the rest is nobody's concern
    // Nobody waits for a server that broke the protocol to take what is left.
    if (reason instanceof Broken) this.#socket.destroy();
    else this.#socket.destroySoon();
    this.#owner.closed(reason);
  }
}

/** 1005 where a close frame says none (RFC 6455, 7.1.5). */
function closeReason(payload: Uint8Array): string {
  const code = payload.length < 2 ? 1005 : (payload[0] ?? 0) * 256 + (payload[1] ?? 0);
  const reason = new TextDecoder().decode(payload.subarray(2));
  return `the server closed with ${code} ${JSON.stringify(reason)}`;
}
