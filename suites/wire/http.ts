/**
 * HTTP with the path sent byte for byte and one keep-alive connection a lane, so that requests of
 * one lane arrive in the order they were made.
 */
import http from "node:http";
import https from "node:https";
import { Buffer } from "node:buffer";

export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as they go on the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body went on: it is larger than any answer that is read. */
  readonly isCut?: true;
  /** Each `Set-Cookie` apart; joined they could not be told from each other. */
  readonly cookies: readonly string[];
}

/** A keep-alive connection to one origin. */
export interface HttpLane {
  /** Resolves with the answer; rejects with one sentence when none came within `deadlineMs`. */
  send(request: HttpRequest, deadlineMs: number): Promise<HttpResponse>;
  close(): void;
}

/** A connection that is reset while no request is on it concerns nobody. */
const ignore = () => {};

/** Bytes of an answer's body that are read; what a larger one says is not known. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Opens a lane; the connection itself is made by the first request. With several `connections`,
 * requests wait for none of the others, and may overtake each other.
 */
export function openLane(origin: URL, ca?: string, connections = 1): HttpLane {
  const secure = origin.protocol === "https:";
  const options = { keepAlive: true, maxSockets: connections };
  const agent = secure
    ? new https.Agent({ ...options, ...(ca ? { ca } : {}) })
    : new http.Agent(options);
  const { request } = secure ? https : http;

  return {
    send: ({ method, target, headers, body }, deadlineMs) =>
      new Promise((resolve, reject) => {
        const call = request({
          agent,
          host: origin.hostname.replace(/^\[|\]$/g, ""),
          port: origin.port || (secure ? 443 : 80),
          method,
          path: target,
          headers: {
            ...headers,
            ...(body.length > 0 ? { "content-length": Buffer.byteLength(body) } : {}),
          },
        }, (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size <= MAX_BODY_BYTES) chunks.push(chunk);
          });
          response.on("error", (error: Error) => settle(() => reject(error)));
          response.on("end", () =>
            settle(() =>
              resolve({
                status: response.statusCode ?? 0,
                headers: flatten(response.headers),
                cookies: response.headers["set-cookie"] ?? [],
                body: Buffer.concat(chunks).toString("utf8"),
                ...(size > MAX_BODY_BYTES ? { isCut: true } : {}),
              })
            ));
        });
        const timer = setTimeout(() => {
          // Not left to the request's own error: on a kept connection the runtime reports none.
          settle(() => reject(new Error(`no answer within ${deadlineMs} ms`)));
          call.destroy();
        }, deadlineMs);
        const settle = (act: () => void) => {
          clearTimeout(timer);
          act();
        };
        call.on("error", (error: Error) => settle(() => reject(error)));
        call.on("socket", (socket) => {
          if (!socket.listeners("error").includes(ignore)) socket.on("error", ignore);
        });
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map((
      [name, value],
    ) => [name, Array.isArray(value) ? value.join(", ") : value ?? ""]),
  );
}
