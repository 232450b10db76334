/** `@std/encoding` by way of npm, with the declarations this project uses. */
import * as std from "npm:deno-std@1.4.0/encoding/mod.js";

interface Encoding {
  encodeHex(source: string | Uint8Array | ArrayBuffer): string;
  decodeHex(source: string): Uint8Array<ArrayBuffer>;
  encodeBase64(source: string | Uint8Array | ArrayBuffer): string;
  decodeBase64(source: string): Uint8Array<ArrayBuffer>;
}

// The npm package carries no declarations, so the shape above is asserted once, here.
const typed = std as unknown as Encoding;

/** This version of the package takes over the buffer it is given; a copy leaves the caller's whole. */
const copied = <T>(source: T): T =>
  source instanceof Uint8Array ? Uint8Array.from(source) as T : source; // a Buffer becomes its bytes

export const encodeHex: Encoding["encodeHex"] = (source) => typed.encodeHex(copied(source));
export const decodeHex: Encoding["decodeHex"] = typed.decodeHex;
export const encodeBase64: Encoding["encodeBase64"] = (source) =>
  typed.encodeBase64(copied(source));
export const decodeBase64: Encoding["decodeBase64"] = typed.decodeBase64;
