/**
 * How many requests one HTTP connection may have waiting for their answers (P-330).
 *
 * Node parses all the requests of one read before anybody else has a turn, so that a connection that
 * pipelines thousands would make every other client wait. No client library pipelines more than a
 * few; who does is let go, and what was parsed of it meanwhile is not looked at.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const MOST_WAITING = 100;

/** False for the requests of a connection that sends one after another and waits for no answer. */
export type PipelineLimit = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Ends such connections. */
export function createPipelineLimit(): PipelineLimit {
  const waiting = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    if (socket.destroyed) return false;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > MOST_WAITING) {
      socket.destroy();
      return false;
    }
    response.once("close", () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    return true;
  };
}
