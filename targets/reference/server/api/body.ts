/** Reading a request's body within a size and a time (P-258, P-259). */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { ApiError } from "./request.ts";

const BODY_TIMEOUT_MS = 30_000;
/**
 * How many times the limit is read, and thrown away, before the connection is cut instead: most
 * clients look for the answer only when they have sent everything.
 */
const DISCARD_FACTOR = 16;

/**
 * The whole body. No more than `maxBytes` of it are ever kept.
 *
 * @throws {ApiError} 413 over `maxBytes`, 408 when it takes longer than 30 seconds, 400 when the
 * client breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new ApiError(413, `The request's body is larger than ${maxBytes} bytes`);
  const mostRead = maxBytes * DISCARD_FACTOR;
  if (Number(request.headers["content-length"] ?? 0) > mostRead) return Promise.reject(tooLarge);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (outcome: () => void) => {
      clearTimeout(overdue);
      request.off("data", keep).off("end", finish).off("error", breakOff).off("close", breakOff);
      outcome();
    };
    const keep = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > mostRead) settle(() => reject(tooLarge));
    };
    const finish = () => {
      if (length > maxBytes) settle(() => reject(tooLarge));
      else settle(() => resolve(Buffer.concat(chunks, length)));
    };
    const breakOff = () => settle(() => reject(new ApiError(400, "The body broke off")));
    const overdue = setTimeout(
      () => settle(() => reject(new ApiError(408, "The body took too long"))),
      BODY_TIMEOUT_MS,
    );
    request.on("data", keep).on("end", finish).on("error", breakOff).on("close", breakOff);
  });
}

/** @throws {ApiError} 400 when the text is not JSON. */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ApiError(400, "The body is not valid JSON");
  }
}
