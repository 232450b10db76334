/**
 * The HTTP API's front door: find the app, verify the signature, read the body, answer in JSON.
 *
 * Routed by hand, because the signature covers the path exactly as it was sent and libraries hand
 * over a decoded or normalised one.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { logger } from "../log.ts";
import { Unavailable } from "../state.ts";
import { authenticate, authenticateBody } from "./authenticate.ts";
import { readBody, readJson } from "./body.ts";
import { ApiError, below, splitTarget } from "./request.ts";
import { findRoute } from "./routes.ts";

const log = logger("api");

export type Health = "OK" | "ending" | "asked too often";

/** What the API needs to know of the server it belongs to. */
export interface Serving {
  /** By their ids. */
  readonly apps: ReadonlyMap<string, App>;
  /** Begins every path; what is signed has it. */
  readonly path: string;
  readonly maxRequestBytes: number;
  /** What is answered to this request, should it ask. */
  health(): Health;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers every request, and never throws. */
export async function handleApiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  server: Serving,
): Promise<void> {
  request.on("error", () => {}); // A client that went away is told nothing.
  response.on("error", () => {});
  const { status, body } = await answer(request, server);
  const text = JSON.stringify(body);
  // A body that was refused unread may be endless: the connection ends instead of reading it.
  if (!isShort(request, server.maxRequestBytes)) response.setHeader("Connection", "close");
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Whether the request has been read, or what is left of it will be soon. */
function isShort(request: IncomingMessage, maxBytes: number): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return request.complete || (encoding === undefined && Number(length ?? 0) <= maxBytes);
}

async function answer(
  request: IncomingMessage,
  server: Serving,
): Promise<Answer> {
  try {
    return { status: 200, body: await perform(request, server) };
  } catch (error) {
    if (error instanceof ApiError) {
      return { status: error.status, body: { error: error.message } };
    }
    if (error instanceof Unavailable) {
      const unsure = "The other nodes cannot be reached: try again";
      return { status: 503, body: { error: unsure } };
    }
    log.error("a request failed", { error });
    return { status: 500, body: { error: "The server failed to answer; its log says why" } };
  }
}

async function perform(
  request: IncomingMessage,
  server: Serving,
): Promise<unknown> {
  const { method = "GET", url = "/" } = request;
  const { path, query } = splitTarget(url);
  const own = below(server.path, path);
  if (own === "/up") return healthOf(server.health());

  const [id, ...segments] = segmentsUnderApps(own);
  const app = id === undefined ? undefined : server.apps.get(id);
  if (app === undefined) throw new ApiError(404, "There is no such app");
  const body = await reported(app, async () => {
    authenticate({ method, path, query }, app.settings, Date.now());
    const body = await readBody(request, server.maxRequestBytes);
    authenticateBody(query, body);
    return body;
  });
  if (!app.settings.enabled) throw new ApiError(403, "The app is disabled");

  const { handle, params } = findRoute(method, segments);
  return await handle({ app, query, params, body: readJson(body) });
}

/** 429 and 503 as balancers understand them. */
function healthOf(health: Health): unknown {
  if (health === "asked too often") throw new ApiError(429, "Health was asked for too often");
  if (health === "ending") throw new ApiError(503, "The server is ending");
  return { health };
}

/** Tells listeners of a wrong signature. */
async function reported<T>({ settings, events }: App, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      events.authenticationFailed?.({ app: settings.id, of: "request", reason: error.message });
    }
    throw error;
  }
}

/** The decoded segments after `/apps/`; none for any other path. */
function segmentsUnderApps(path: string): string[] {
  const [root, apps, ...segments] = path.split("/");
  if (root !== "" || apps !== "apps") throw new ApiError(404, "There is nothing at this path");
  try {
    return segments.map(decodeURIComponent);
  } catch {
    throw new ApiError(400, "The path is not properly encoded");
  }
}
