/**
 * HTTP on a bare TCP connection, for what a well-behaved client never shows: which bytes go in
 * which segment, how a body is framed, and whether the connection outlives an answer.
 */
import net from "node:net";
import { Buffer } from "node:buffer";
import { deadline } from "@std/async";
import { type Head, readBody, readHead, responseFraming } from "./http_message.ts";
import { ConnectionLost, type Stream, streamOf } from "./byte_stream.ts";
import { proxyOf } from "./tunnel.ts";
import { openLine, openLineThrough, type Way } from "./way.ts";
import { decode } from "./content_coding.ts";
import { patient } from "./patient.ts";
import { unfinished } from "./unfinished.ts";
import { bodyText, type HttpRequest, type HttpResponse, MAX_BODY_BYTES } from "./http.ts";

export interface HttpLine {
  /** One TCP segment each time, as far as the operating system goes along. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * The next answer to a request of this method, an interim 100 included. Rejects with one sentence
   * when none has come within `deadlineMs`; one that comes later is had by the next call.
   */
  answer(method: string, deadlineMs: number): Promise<HttpResponse>;
  /** Begins to read the answer, so that one that comes early is had even if the line breaks later. */
  listen(method: string): void;
  /** Whether the next answer has come in full, though nobody has asked for it yet. */
  readonly isAnswered: boolean;
  close(): void;
}

/** Connects, through a proxy where the environment names one; what goes wrong is told by the first `answer`. */
export async function openHttpLine(origin: URL, way: Way = {}): Promise<HttpLine> {
  const proxy = proxyOf(origin);
  const socket = patient(
    proxy === undefined
      ? openLine(origin, way, { allowHalfOpen: true })
      : await openLineThrough(proxy, origin, way).catch((error) => new net.Socket().destroy(error)),
  );
  const stream = streamOf(socket);
  let awaited: Promise<HttpResponse> | undefined;
  let isAnswered = false;
  const listen = (method: string): Promise<HttpResponse> => {
    if (awaited) return awaited;
    awaited = readAnswer(stream, method);
    // Whoever waits for it is told; nobody may be waiting any more.
    awaited.then(() => isAnswered = true, () => {});
    return awaited;
  };
  return {
    write: (bytes) => stream.write(bytes),
    listen: (method) => void listen(method),
    get isAnswered() {
      return isAnswered;
    },
    answer: async (method, deadlineMs) => {
      const answer = await deadline(listen(method), deadlineMs).catch((error: Error) => {
        throw error instanceof DOMException
          ? new Error(`no answer within ${deadlineMs} ms`)
          : error;
      });
      awaited = undefined;
      isAnswered = false;
      return answer;
    },
    close: () => stream.reset(),
  };
}

async function readAnswer(stream: Stream, method: string): Promise<HttpResponse> {
  const head = await readHead(stream);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head?.start ?? "")?.[1]);
  if (!head || Number.isNaN(status)) {
    throw new Error("the connection was closed without an answer");
  }
  let parts: Uint8Array[] = [];
  const headers = flatten(head);
  const held = unfinished();
  let size = 0;
  let isCut = false;
  try {
    const framing = responseFraming(method, status, head.headers);
    for await (const { content } of readBody(stream, framing)) {
      size += content.length;
      isCut = size > MAX_BODY_BYTES || !held.holds(size);
      if (isCut) break;
      parts.push(content);
    }
    if (!isCut) {
      const holds = (bytes: number) => bytes <= MAX_BODY_BYTES && held.holds(bytes);
      ({ bytes: parts, isCut } = await decode(headers["content-encoding"], parts, holds));
    }
  } catch (error) {
    // It was answered, even if the line broke before the end of the body was seen.
    if (!(error instanceof ConnectionLost)) throw error;
  } finally {
    held.holds(0);
  }
  // Where a body without end would end, the next answer would begin.
  if (isCut) stream.reset();
  const body = bodyText(parts, isCut);
  return { status, headers, cookies: [], body, ...(isCut ? { isCut: true } : {}) };
}

function flatten({ headers }: Head): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

/** The request line and the headers in bytes; whoever sends them frames the body. */
export function headOf(
  request: Omit<HttpRequest, "body">,
  origin: URL,
  way: Way = {},
): Uint8Array {
  const lines = [
    `${request.method} ${request.target} HTTP/1.1`,
    `host: ${origin.host}`,
    ...Object.entries({ ...way.headers, ...request.headers }).map(([name, value]) =>
      `${name}: ${value}`
    ),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** Cuts bytes into this many pieces of about one length, wherever that falls. */
export function cut(bytes: Uint8Array, pieces: number): Uint8Array[] {
  return Array.from({ length: pieces }, (_, index) =>
    bytes.subarray(
      Math.floor(index * bytes.length / pieces),
      Math.floor((index + 1) * bytes.length / pieces),
    ));
}

/** A piece of a body as a chunk of `Transfer-Encoding: chunked` (RFC 9112 §7.1); the last without bytes. */
export function chunk(bytes: Uint8Array): Uint8Array {
  const size = `${bytes.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(size), bytes, Buffer.from("\r\n")]);
}
