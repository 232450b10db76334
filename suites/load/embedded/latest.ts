/** The latest message that had to be parsed to know its event. */
import { Buffer } from "node:buffer";
import type { Stamp } from "./stamp.ts";

/** A broadcast to thousands is the same bytes to each, so that only its first has to be parsed. */
export class Latest {
  #bytes = Buffer.alloc(0);
  #stamp: Stamp | undefined;

  keep(bytes: Uint8Array, from: number, to: number, stamp: Stamp): void {
    this.#bytes = Buffer.from(bytes.subarray(from, to)); // a copy: the bytes are only lent
    this.#stamp = stamp;
  }

  /** The stamp of a message that is the same; `undefined` of others. */
  find(bytes: Uint8Array, from: number, to: number): Stamp | undefined {
    if (!this.#stamp || this.#bytes.compare(bytes, from, to) !== 0) return undefined;
    return this.#stamp;
  }
}
