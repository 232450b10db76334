/** `POST /users/{user}/terminate_connections` (P-193 to P-195). */
import { terminateUser } from "../users.ts";
import { ApiError, type ApiRequest } from "./request.ts";

export async function terminateConnections({ app, params }: ApiRequest): Promise<unknown> {
  await terminateUser(app, userIn(params));
  return {};
}

function userIn(params: ApiRequest["params"]): string {
  const user = params["user"] ?? "";
  if (user === "") throw new ApiError(400, "The path names no user");
  return user;
}
