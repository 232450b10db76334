/**
 * How many requests one HTTP connection may have waiting for their answers (P-330).
 *
 * Node parses all the requests of one read before anybody else has a turn, so that a connection that
 * pipelines thousands would make every other client wait. No client library pipelines more than a
 * few; who does is let go.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

const MOST_WAITING = 100;

/** Ends connections that send request after request and wait for no answer. */
export function limitPipelining(http: Server): void {
  const waiting = new WeakMap<Socket, number>();
  http.prependListener("request", ({ socket }, response) => {
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > MOST_WAITING) return void socket.destroy();
    response.once("close", () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
  });
}
