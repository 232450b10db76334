/** `GET /connections`: how many connections count toward the app's quota. */
import type { ApiRequest } from "./request.ts";

export async function countConnections({ app }: ApiRequest): Promise<unknown> {
  return { connections: await app.state.connections() };
}
