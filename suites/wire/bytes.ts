/** Bytes joined into one array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Where `needle` first occurs in `bytes`, or -1. */
export function indexOf(bytes: Uint8Array, needle: Uint8Array): number {
  for (
    let at = bytes.indexOf(needle[0] ?? 0);
    at !== -1;
    at = bytes.indexOf(needle[0] ?? 0, at + 1)
  ) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
