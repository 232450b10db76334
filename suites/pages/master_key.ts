import { createHash } from "node:crypto";

/** The application's master key of 32 bytes (P-140) that a scenario knows by this name. */
export function masterKey(name: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(name).digest());
}
