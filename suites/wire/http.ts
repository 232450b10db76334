/**
 * HTTP with the path sent byte for byte and one keep-alive connection a lane, so that requests of
 * one lane arrive in the order they were made.
 */
import http from "node:http";
import https from "node:https";
import { Buffer } from "node:buffer";
import net, { type Socket } from "node:net";
import { Duplex } from "node:stream";
import { proxyOf } from "./tunnel.ts";
import { openLineThrough, tlsOptions, type Way } from "./way.ts";
import { decode, isCoded } from "./content_coding.ts";
import { patient } from "./patient.ts";
import { unfinished } from "./unfinished.ts";

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
  /** The body went on: it is larger than what is read of an answer, and the connection was ended. */
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

/** Bytes of an answer's body that are read, as it came and as it says; the rest of a larger one is not known. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Bytes of a larger body that are kept: nobody can judge it. */
const KEPT_BYTES = 4 * 1024;

/** The text of a body; of one that went on, its beginning. */
export function bodyText(chunks: readonly Uint8Array[], isCut: boolean): string {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return Buffer.concat(chunks, isCut ? Math.min(bytes, KEPT_BYTES) : bytes).toString("utf8");
}

/** A kept connection is given up after so long without use, well before a server would end it. */
const UNUSED_MS = 500;

/**
 * Opens a lane; the connection itself is made by the first request. With several `connections`,
 * requests wait for none of the others, and may overtake each other. Each is sent once: Deno repeats
 * a request, a POST too, whose kept connection has ended without an answer, and a server that took
 * it before it broke off would do everything twice.
 */
export function openLane(
  origin: URL,
  way: Way = {},
  connections = 1,
): HttpLane {
  const secure = origin.protocol === "https:";
  const options = { keepAlive: true, maxSockets: connections };
  const agent = secure ? secureAgent(origin, way, options) : new http.Agent(options);
  const { request } = secure ? https : http;
  const connect = agent.createConnection;
  agent.createConnection = (options, opened) => {
    const socket = connect.call(agent, options, opened);
    return socket instanceof net.Socket ? patient(socket) : socket;
  };
  const unused = new Map<Socket, ReturnType<typeof setTimeout>>();
  agent.on("free", (socket: Socket) => {
    if (!unused.has(socket)) {
      socket.once("close", () => {
        clearTimeout(unused.get(socket));
        unused.delete(socket);
      });
    }
    unused.set(socket, setTimeout(() => socket.destroy(), UNUSED_MS));
  });

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
            ...way.headers,
            ...headers,
            ...(body.length > 0 ? { "content-length": Buffer.byteLength(body) } : {}),
          },
        }, (response) => {
          const chunks: Uint8Array[] = [];
          let size = 0;
          const answer = (isCut: boolean) =>
            settle(() => {
              const body = bodyText(chunks, isCut);
              chunks.length = 0; // the connection, and with it what listens to it, may stand for long
              resolve({
                status: response.statusCode ?? 0,
                headers: flatten(response.headers),
                cookies: response.headers["set-cookie"] ?? [],
                body,
                ...(isCut ? { isCut: true } : {}),
              });
            });
          response.on("data", (chunk: Buffer) => {
            if (isSettled) return;
            size += chunk.length;
            if (size <= MAX_BODY_BYTES && held.holds(size)) return chunks.push(chunk);
            // A body without end has no "end".
            answer(true);
            call.destroy();
          });
          response.on("error", (error: Error) => settle(() => reject(error)));
          response.on("end", () => {
            const coding = response.headers["content-encoding"];
            if (isSettled || !isCoded(coding)) return answer(false);
            decode(
              coding,
              chunks.splice(0),
              (bytes) => bytes <= MAX_BODY_BYTES && held.holds(bytes),
            )
              .then(({ bytes, isCut }) => {
                chunks.push(...bytes);
                answer(isCut);
              }, (error: Error) => settle(() => reject(error)));
          });
        });
        const timer = setTimeout(() => {
          // Not left to the request's own error: on a kept connection the runtime reports none.
          settle(() => reject(new Error(`no answer within ${deadlineMs} ms`)));
          call.destroy();
        }, deadlineMs);
        const held = unfinished();
        let isSettled = false;
        const settle = (act: () => void) => {
          if (isSettled) return;
          isSettled = true;
          clearTimeout(timer);
          held.holds(0);
          act();
        };
        call.on("error", (error: Error) => settle(() => reject(error)));
        call.on("socket", (socket) => {
          clearTimeout(unused.get(socket));
          call.reusedSocket = false; // by which the runtime decides whether to send it again
          if (!socket.listeners("error").includes(ignore)) socket.on("error", ignore);
        });
        call.end(body);
      }),
    close: () => {
      for (const timer of unused.values()) clearTimeout(timer);
      agent.destroy();
    },
  };
}

/** An agent of TLS connections, each through a proxy where the environment names one. */
function secureAgent(origin: URL, way: Way, options: http.AgentOptions): https.Agent {
  const proxy = proxyOf(origin);
  const agent = new https.Agent({ ...options, ...tlsOptions(origin, way) });
  if (proxy === undefined) return agent;
  agent.createConnection = (_options, opened) => {
    openLineThrough(proxy, origin, way).then(
      (line) => opened?.(null, line),
      (error) => opened?.(error, new Duplex()),
    );
    return undefined;
  };
  return agent;
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map((
      [name, value],
    ) => [name, Array.isArray(value) ? value.join(", ") : value ?? ""]),
  );
}
