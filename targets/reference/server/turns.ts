/**
 * One connection's requests are worked on one at a time, in the order they came, however long one
 * of them takes (P-087). A request that finishes at once costs nothing extra. One that fails is
 * this server's fault: it ends that connection and no other.
 */
import { closeCodes } from "./close_codes.ts";
import { close, type Connection, unavailable } from "./connection.ts";
import { logger } from "./log.ts";
import { type MaybePromise, Unavailable } from "./state.ts";

const log = logger("connection");

export function inTurn(connection: Connection, work: () => MaybePromise<void>): void {
  if (connection.turn !== undefined) {
    connection.turn = after(connection, connection.turn.then(work));
    return;
  }
  try {
    const pending = work();
    if (pending !== undefined) connection.turn = after(connection, pending);
  } catch (error) {
    fail(connection, error);
  }
}

function after(connection: Connection, pending: Promise<void>): Promise<void> {
  const turn = pending
    .catch((error: unknown) => fail(connection, error))
    .finally(() => {
      if (connection.turn === turn) connection.turn = undefined;
    });
  return turn;
}

function fail(connection: Connection, error: unknown): void {
  if (error instanceof Unavailable) return close(connection, unavailable);
  log.error("a request failed", { socketId: connection.socketId, error });
  close(connection, { code: closeCodes.reconnect, reason: "The server failed: reconnect" });
}

/** Goes on with a value now when it is there, later when it is promised. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
