/** Whose clock a stamp was made by. */
import { createHash } from "node:crypto";

/**
 * Sixteen bits that tell this process's clock from others: it counts from its own start, so even
 * processes of one machine do not share it.
 */
export const machine: number = createHash("sha256").update(crypto.randomUUID()).digest()
  .readUInt16BE();
