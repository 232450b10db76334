/**
 * How anything changes: in one transaction with the row locked, together with the events it causes;
 * what is to be sent is sent after the commit. A request that carries a key is answered once, and
 * the same key gets the same answer again, with no second effect.
 */
import type { Connection, Database } from "./database.ts";
import type { Refusal } from "./decision.ts";
import type { BroadcastEvent } from "./events.ts";
import type { Outbox } from "./outbox.ts";

export interface Caller {
  readonly userId: string;
  /** The caller's own socket, which need not be told (`toOthers`). */
  readonly socketId: string | null;
  /** Makes the request the same as an earlier one with this key. */
  readonly idempotencyKey: string | null;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Now {
  readonly ms: number;
  readonly iso: string;
}

/** What a change may use while the rows it asked for are locked. */
export interface Changing {
  readonly connection: Connection;
  /** Ends a `SELECT` of a row that is going to change. */
  readonly lock: string;
  /**
   * The change's one time. Ask for it once the rows are locked: whoever waits for a row must not
   * come after a change that is later than his own time.
   */
  now(): Now;
  /** Has an event broadcast, if the change is committed. */
  broadcast(event: BroadcastEvent): void;
}

export type Change = <T>(
  operation: string,
  caller: Caller,
  work: (changing: Changing) => Promise<Outcome<T>>,
) => Promise<Outcome<T>>;

/** `sent` is told of aggregates whose events are committed. */
export function createChange(
  database: Database,
  outbox: Outbox,
  sent: (aggregates: ReadonlySet<string>) => Promise<void>,
  clock: () => number,
): Change {
  return async <T>(
    operation: string,
    caller: Caller,
    work: (changing: Changing) => Promise<Outcome<T>>,
  ) => {
    const aggregates = new Set<string>();
    const outcome = await database.transaction(async (connection) => {
      const events: BroadcastEvent[] = [];
      let at: Now | undefined;
      const now = () => at ??= timeOf(clock());
      const claimed = await claim(connection, operation, caller);
      if (claimed !== undefined) return claimed as Outcome<T>; // the answer of this very operation
      const outcome = await work({
        connection,
        lock: database.forUpdate,
        now,
        broadcast: (event) => void events.push(event),
      });
      await outbox.append(connection, events, now(), caller.socketId);
      await remember(connection, operation, caller, outcome);
      for (const { aggregate } of events) aggregates.add(aggregate);
      return outcome;
    });
    if (aggregates.size > 0) await sent(aggregates);
    return outcome;
  };
}

const timeOf = (ms: number): Now => ({ ms, iso: new Date(ms).toISOString() });

/** The earlier answer to this key, or undefined once the key is this request's own. */
async function claim(
  connection: Connection,
  operation: string,
  { userId, idempotencyKey }: Caller,
): Promise<unknown> {
  if (idempotencyKey === null) return undefined;
  // Whoever inserts first holds the key until its transaction is over; the others wait here.
  const inserted = await connection.all(
    `INSERT INTO answers (user_id, operation, request_key, answer) VALUES (?, ?, ?, '')
     ON CONFLICT DO NOTHING RETURNING user_id`,
    userId,
    operation,
    idempotencyKey,
  );
  if (inserted.length > 0) return undefined;
  const [row] = await connection.all(
    "SELECT answer FROM answers WHERE user_id = ? AND operation = ? AND request_key = ?",
    userId,
    operation,
    idempotencyKey,
  );
  return JSON.parse(String(row?.["answer"]));
}

async function remember(
  connection: Connection,
  operation: string,
  { userId, idempotencyKey }: Caller,
  outcome: unknown,
): Promise<void> {
  if (idempotencyKey === null) return;
  await connection.all(
    "UPDATE answers SET answer = ? WHERE user_id = ? AND operation = ? AND request_key = ?",
    JSON.stringify(outcome),
    userId,
    operation,
    idempotencyKey,
  );
}
