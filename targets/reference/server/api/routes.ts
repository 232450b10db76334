/** Which request is answered by what. */
import type { MaybePromise } from "../state.ts";
import { getChannel, getChannels, getMembers } from "./channels.ts";
import { countConnections } from "./connections.ts";
import { postBatch, postEvent } from "./events.ts";
import { ApiError, type ApiRequest } from "./request.ts";
import { terminateConnections } from "./users.ts";

type Handler = (request: ApiRequest) => MaybePromise<unknown>;

interface Route {
  readonly method: "GET" | "POST";
  /** Segments after `/apps/{id}/`; one that begins with `:` names whatever stands there. */
  readonly segments: readonly string[];
  readonly handle: Handler;
}

const routes: readonly Route[] = [
  { method: "POST", segments: ["events"], handle: postEvent },
  { method: "POST", segments: ["batch_events"], handle: postBatch },
  { method: "GET", segments: ["channels"], handle: getChannels },
  { method: "GET", segments: ["channels", ":channel"], handle: getChannel },
  { method: "GET", segments: ["channels", ":channel", "users"], handle: getMembers },
  { method: "GET", segments: ["connections"], handle: countConnections },
  {
    method: "POST",
    segments: ["users", ":user", "terminate_connections"],
    handle: terminateConnections,
  },
];

/** @throws {ApiError} 404 for an unknown path, 405 for a known one with another method. */
export function findRoute(
  method: string,
  segments: readonly string[],
): { handle: Handler; params: Record<string, string> } {
  let methodMissing = false;
  for (const route of routes) {
    const params = match(route.segments, segments);
    if (params === undefined) continue;
    if (route.method === method) return { handle: route.handle, params };
    methodMissing = true;
  }
  throw methodMissing
    ? new ApiError(405, `${method} is not possible here`)
    : new ApiError(404, "There is nothing at this path");
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
