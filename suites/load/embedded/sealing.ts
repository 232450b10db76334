/**
 * The keys of encrypted channels. Servers never learn them, so the load makes its own, the same as
 * suites/load/k6/engine/sealed.go.
 */
import { decodeBase64 } from "@std/encoding";
import { seal, sharedSecret, unseal } from "../../wire/sealed.ts";

const encoder = new TextEncoder();

export class Sealing {
  /** By channel. */
  readonly #keys = new Map<number, Uint8Array>();

  constructor(channels: readonly string[], secret: string) {
    const master = encoder.encode(secret);
    for (const [channel, name] of channels.entries()) {
      if (!name.startsWith("private-encrypted-")) continue;
      this.#keys.set(channel, sharedSecret(name, master));
    }
  }

  /** Takes the key that an application has given for a channel, in base64. */
  learn(channel: number, secret: string): void {
    if (this.isSealed(channel)) this.#keys.set(channel, decodeBase64(secret));
  }

  isSealed(channel: number): boolean {
    return this.#keys.has(channel);
  }

  /** What is published on a channel of an event's data. */
  seal(channel: number, data: string): string {
    const key = this.#keys.get(channel);
    return key ? seal(data, key) : data;
  }

  /** The data of an event of an encrypted channel, or why there is none. */
  open(channel: number, data: unknown): Uint8Array | Error {
    const key = this.#keys.get(channel);
    const opened = key && unseal(data, key);
    if (opened !== undefined) return encoder.encode(opened);
    const shown = JSON.stringify(data)?.slice(0, 100);
    return new Error(`an event of an encrypted channel that does not open: ${shown}`);
  }
}
