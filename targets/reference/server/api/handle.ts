/**
 * The HTTP API's front door: find the app, verify the signature, read the body, answer in JSON.
 *
 * Routed by hand, because the signature covers the path exactly as it was sent and libraries hand
 * over a decoded or normalised one.
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { App } from "../app.ts";
import { authenticate, authenticateBody } from "./authenticate.ts";
import { readBody, readJson } from "./body.ts";
import { ApiError, splitTarget } from "./request.ts";
import { findRoute } from "./routes.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers every request, and never throws. */
export async function handleApiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  apps: ReadonlyMap<string, App>,
  maxRequestBytes: number,
): Promise<void> {
  request.on("error", () => {}); // A client that went away is told nothing.
  response.on("error", () => {});
  const { status, body } = await answer(request, apps, maxRequestBytes);
  const text = JSON.stringify(body);
  // A body that was refused unread may be endless: the connection ends instead of reading it.
  if (!isShort(request, maxRequestBytes)) response.setHeader("Connection", "close");
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
  apps: ReadonlyMap<string, App>,
  maxRequestBytes: number,
): Promise<Answer> {
  try {
    return { status: 200, body: await perform(request, apps, maxRequestBytes) };
  } catch (error) {
    if (error instanceof ApiError) {
      return { status: error.status, body: { error: error.message } };
    }
    console.error(`api: ${error instanceof Error ? error.stack : String(error)}`);
    return { status: 500, body: { error: "The server failed to answer; its log says why" } };
  }
}

async function perform(
  request: IncomingMessage,
  apps: ReadonlyMap<string, App>,
  maxRequestBytes: number,
): Promise<unknown> {
  const { method = "GET", url = "/" } = request;
  const { path, query } = splitTarget(url);
  if (path === "/up") return { health: "OK" };

  const [id, ...segments] = segmentsUnderApps(path);
  const app = id === undefined ? undefined : apps.get(id);
  if (app === undefined) throw new ApiError(404, "There is no such app");
  authenticate({ method, path, query }, app.settings, Date.now());
  const body = await readBody(request, maxRequestBytes);
  authenticateBody(query, body);
  if (!app.settings.enabled) throw new ApiError(403, "The app is disabled");

  const { handle, params } = findRoute(method, segments);
  return await handle({ app, query, params, body: readJson(body) });
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
