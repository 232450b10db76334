/** Reading a request's body within a size and a time (P-258, P-259). */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { ApiError } from "./request.ts";

const BODY_TIMEOUT_MS = 30_000;

/**
 * The whole body. A body announced as too large is refused before any of it is kept.
 *
 * @throws {ApiError} 413 over `maxBytes`, 408 when it takes longer than 30 seconds, 400 when the
 * client breaks off.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = new ApiError(413, `The request's body is larger than ${maxBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(tooLarge);
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
      if (length > maxBytes) return settle(() => reject(tooLarge));
      chunks.push(chunk);
    };
    const finish = () => settle(() => resolve(Buffer.concat(chunks, length)));
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
