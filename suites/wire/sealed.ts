/**
 * Sealed event data, as the official libraries make it for encrypted channels: XSalsa20-Poly1305
 * under a key of the channel's own, which the server never sees (P-136 to P-138).
 */
import { createHash } from "node:crypto";
import { decodeBase64, encodeBase64 } from "@std/encoding";
import nacl from "tweetnacl";
import { isRecord } from "./frame.ts";

/** The channel's own key: SHA-256 of its name and the application's 32-byte master key (V6). */
export function sharedSecret(channel: string, masterKey: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(channel).update(masterKey).digest());
}

/** Seals `text` into the JSON that goes as an event's data. */
export function seal(text: string, secret: Uint8Array): string {
  const nonce = nacl.randomBytes(nacl.secretbox.nonceLength);
  const ciphertext = nacl.secretbox(new TextEncoder().encode(text), nonce, secret);
  return JSON.stringify({ nonce: encodeBase64(nonce), ciphertext: encodeBase64(ciphertext) });
}

/** Opens sealed data, decoded from its JSON; `undefined` when it does not open. */
export function unseal(data: unknown, secret: Uint8Array): string | undefined {
  if (!isRecord(data)) return undefined;
  const { nonce, ciphertext } = data;
  if (typeof nonce !== "string" || typeof ciphertext !== "string") return undefined;
  try {
    const opened = nacl.secretbox.open(decodeBase64(ciphertext), decodeBase64(nonce), secret);
    return opened ? new TextDecoder().decode(opened) : undefined;
  } catch {
    // No base64, or a nonce of the wrong length.
    return undefined;
  }
}
