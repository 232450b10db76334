/**
 * HTTP/1.1 messages (RFC 9112) read off a byte stream with the bytes they came in: path, query and
 * headers are never normalised, and a message nobody alters leaves as it arrived.
 */
import { concat, indexOf } from "./bytes.ts";
import type { Stream } from "./byte_stream.ts";

export type Headers = readonly (readonly [name: string, value: string])[];

export interface Head {
  /** The request line or status line. */
  readonly start: string;
  readonly headers: Headers;
  readonly raw: Uint8Array;
  /** How many pieces it came in; a well-behaved sender needs one. */
  readonly pieces: number;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** How the end of a body is known (RFC 9112 §6.3). */
export type Framing =
  | { readonly by: "length"; readonly length: number }
  | { readonly by: "chunks" }
  | { readonly by: "close" };

/** A piece of a body: the bytes on the wire, and those of them that are content. */
export interface Piece {
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

const LONGEST_HEAD = 64 * 1024;
const CRLF = new TextEncoder().encode("\r\n");
const BLANK_LINE = new TextEncoder().encode("\r\n\r\n");
const latin1 = new TextDecoder("latin1");

/** The next head, or undefined when the stream ends or holds something else; it is put back then. */
export async function readHead(stream: Stream): Promise<Head | undefined> {
  const read = await readThrough(stream, BLANK_LINE);
  if (read === undefined) return undefined;
  const { bytes: raw, pieces } = read;
  const [start = "", ...lines] = latin1.decode(raw).trimEnd().split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { start, headers, raw, pieces };
}

/** The value of a header, whatever the case of its name. */
export function header(headers: Headers, name: string): string | undefined {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** How the body after a request's head ends. */
export function requestFraming(headers: Headers): Framing {
  if (isChunked(headers)) return { by: "chunks" };
  return { by: "length", length: Number(header(headers, "content-length") ?? 0) || 0 };
}

/** How the body after a response's head ends, given the method it answers. */
export function responseFraming(method: string, status: number, headers: Headers): Framing {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) {
    return { by: "length", length: 0 };
  }
  if (isChunked(headers)) return { by: "chunks" };
  const length = header(headers, "content-length");
  return length === undefined ? { by: "close" } : { by: "length", length: Number(length) || 0 };
}

/** The body in pieces as they arrive; stops early when the stream ends before it is whole. */
export async function* readBody(stream: Stream, framing: Framing): AsyncGenerator<Piece> {
  if (framing.by === "chunks") return yield* readChunks(stream);
  let left = framing.by === "length" ? framing.length : Infinity;
  while (left > 0) {
    const bytes = await stream.read();
    if (bytes === undefined) return;
    const content = bytes.subarray(0, left);
    stream.unread(bytes.subarray(content.length));
    left -= content.length;
    yield { raw: content, content };
  }
}

/** A request in bytes, its body measured anew. */
export function encodeRequest(request: HttpRequest): Uint8Array {
  return encode(`${request.method} ${request.target} HTTP/1.1`, request.headers, request.body);
}

/** A response in bytes, its body measured anew. */
export function encodeResponse(response: HttpResponse): Uint8Array {
  return encode(`HTTP/1.1 ${response.status} Altered`, response.headers, response.body);
}

async function* readChunks(stream: Stream): AsyncGenerator<Piece> {
  const none = new Uint8Array();
  while (true) {
    const line = (await readThrough(stream, CRLF))?.bytes;
    if (line === undefined) return;
    yield { raw: line, content: none };
    const size = parseInt(latin1.decode(line), 16);
    if (!(size > 0)) break;
    yield* readBody(stream, { by: "length", length: size });
    for await (const { raw } of readBody(stream, { by: "length", length: 2 })) {
      yield { raw, content: none };
    }
  }
  for (let trailer: Uint8Array | undefined = none; trailer?.length !== 2;) {
    trailer = (await readThrough(stream, CRLF))?.bytes;
    if (trailer === undefined) return;
    yield { raw: trailer, content: none };
  }
}

/** The bytes through the delimiter; puts them back when it does not come. */
async function readThrough(
  stream: Stream,
  delimiter: Uint8Array,
): Promise<{ readonly bytes: Uint8Array; readonly pieces: number } | undefined> {
  let bytes = new Uint8Array();
  for (let pieces = 1; bytes.length < LONGEST_HEAD; pieces++) {
    const chunk = await stream.read();
    if (chunk === undefined) break;
    bytes = concat(bytes, chunk);
    const at = indexOf(bytes, delimiter);
    if (at !== -1) {
      stream.unread(bytes.subarray(at + delimiter.length));
      return { bytes: bytes.subarray(0, at + delimiter.length), pieces };
    }
  }
  stream.unread(bytes);
  return undefined;
}

function isChunked(headers: Headers): boolean {
  return header(headers, "transfer-encoding")?.toLowerCase().endsWith("chunked") ?? false;
}

function encode(start: string, headers: Headers, body: Uint8Array): Uint8Array {
  const reframed = ["content-length", "transfer-encoding", "expect"];
  const kept = headers.filter(([name]) => !reframed.includes(name.toLowerCase()));
  const lines = [...kept, ["Content-Length", String(body.length)] as const]
    .map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return concat(Uint8Array.from(`${start}\r\n${lines}\r\n`, (char) => char.charCodeAt(0)), body);
}
