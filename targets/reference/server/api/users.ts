/** `POST /users/{user}/terminate_connections` and `/users/{user}/events` (P-192 to P-195). */
import { broadcast } from "../broadcast.ts";
import { userChannel } from "../channels.ts";
import { isObject } from "../messages.ts";
import { terminateUser } from "../users.ts";
import { readPublication } from "./publication.ts";
import { ApiError, type ApiRequest } from "./request.ts";

export function terminateConnections({ app, params }: ApiRequest): unknown {
  terminateUser(app, userIn(params));
  return {};
}

/** The same as an event on the user's own channel, for callers that know the user's id only. */
export function postToUser({ app, params, body }: ApiRequest): unknown {
  const channel = userChannel(userIn(params));
  broadcast(app, readPublication({ ...(isObject(body) ? body : {}), channel }, app.settings));
  return {};
}

function userIn(params: ApiRequest["params"]): string {
  const user = params["user"] ?? "";
  if (user === "") throw new ApiError(400, "The path names no user");
  return user;
}
