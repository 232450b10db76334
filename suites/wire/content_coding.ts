/**
 * Undoing the content coding of an answer (RFC 9110 §8.4), as client libraries do: a proxy may
 * compress what nobody asked it to. Some kilobytes may stand for gigabytes, so that no more is ever
 * inflated than is read.
 */
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const DECODERS = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** Bytes that are inflated at once. */
const CHUNK = 256 * 1024;

/** What a body says, or its beginning where it says more than is read. */
export interface Said {
  readonly bytes: Uint8Array[];
  readonly isCut: boolean;
}

/** Whether a body of this `content-encoding` has to be decoded, and can be. */
export function isCoded(coding: string | undefined): boolean {
  return DECODERS.has(coding?.trim().toLowerCase() ?? "");
}

/**
 * Decodes a whole body.
 *
 * @param coding The value of `content-encoding`.
 * @param holds Whether there is room for so many bytes of what it says.
 * @throws {Error} one sentence, where the body is not of that coding.
 */
export function decode(
  coding: string | undefined,
  body: readonly Uint8Array[],
  holds: (bytes: number) => boolean,
): Promise<Said> {
  const make = DECODERS.get(coding?.trim().toLowerCase() ?? "");
  if (!make || body.length === 0) return Promise.resolve({ bytes: [...body], isCut: false });
  return new Promise((resolve, reject) => {
    const decoder = make({ chunkSize: CHUNK });
    const bytes: Uint8Array[] = [];
    let size = 0;
    decoder.on("data", (part: Uint8Array) => {
      size += part.length;
      if (holds(size)) return bytes.push(part);
      decoder.destroy();
      resolve({ bytes, isCut: true });
    });
    decoder.on("end", () => resolve({ bytes, isCut: false }));
    decoder.on(
      "error",
      ({ message }: Error) =>
        reject(new Error(`the body is not ${coding}, as its head says: ${message}`)),
    );
    for (const part of body) decoder.write(part);
    decoder.end();
  });
}
