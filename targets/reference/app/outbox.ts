/**
 * The outbox: an event is written in the transaction that made it happen, and sent after the commit,
 * in order, by one worker an aggregate at a time. What was sent may be sent again when this process
 * ends before it has noted that; it then has the same id and version.
 */
import { type Connection, type Database, number, type Row, text, textOrNull } from "./database.ts";
import type { BroadcastEvent } from "./events.ts";

/** An event as it goes out. */
export interface Message {
  readonly id: string;
  readonly channel: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly exceptSocket: string | null;
}

/** Hands one event to the WebSocket server; rejects when it was not taken. */
export type Send = (message: Message) => Promise<void>;

export interface Outbox {
  /** Writes events down, in the transaction that made them. */
  append(
    connection: Connection,
    events: readonly BroadcastEvent[],
    at: { readonly ms: number; readonly iso: string },
    exceptSocket: string | null,
  ): Promise<void>;
  /** Sends what of an aggregate is not sent yet, in order. Rejects at the first that is not taken. */
  drain(aggregate: string): Promise<void>;
  /** Aggregates with events that should have been sent by now. */
  overdue(beforeMs: number): Promise<string[]>;
}

/** What is read at once; the rest has its turn after that. */
const BATCH = 500;

export function createOutbox(database: Database, send: Send): Outbox {
  async function deliver(row: Row): Promise<void> {
    const seq = number(row["seq"]);
    await database.all("UPDATE realtime_events SET attempts = attempts + 1 WHERE seq = ?", seq);
    await send({
      id: text(row["id"]),
      channel: text(row["channel"]),
      type: text(row["type"]),
      payload: JSON.parse(text(row["payload"])),
      exceptSocket: textOrNull(row["except_socket"]),
    });
    await database.all("UPDATE realtime_events SET delivered = 1 WHERE seq = ?", seq);
  }

  return {
    async append(connection, events, { ms, iso }, exceptSocket) {
      for (const event of events.filter(({ broadcastWhen }) => broadcastWhen)) {
        const id = crypto.randomUUID();
        const { aggregate, version, broadcastOn, broadcastAs, broadcastWith } = event;
        const payload = JSON.stringify({ id, ...broadcastWith, version, updated_at: iso });
        await connection.all(
          `INSERT INTO realtime_events
           (id, aggregate, version, channel, type, payload, except_socket, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          aggregate,
          version,
          broadcastOn,
          broadcastAs,
          payload,
          exceptSocket,
          ms,
        );
      }
    },

    drain: (aggregate) =>
      database.exclusively(`drain ${aggregate}`, async () => {
        const waiting = () =>
          database.all(
            `SELECT * FROM realtime_events WHERE delivered = 0 AND aggregate = ?
             ORDER BY seq LIMIT ${BATCH}`,
            aggregate,
          );
        for (let rows = await waiting(); rows.length > 0; rows = await waiting()) {
          for (const row of rows) await deliver(row);
        }
      }),

    async overdue(beforeMs) {
      const rows = await database.all(
        `SELECT DISTINCT aggregate FROM realtime_events
         WHERE delivered = 0 AND created_at < ? LIMIT ${BATCH}`,
        beforeMs,
      );
      return rows.map((row) => text(row["aggregate"]));
    },
  };
}

/** An aggregate's events after one version and up to another, in order: the state's and no later. */
export async function eventsBetween(
  connection: Connection,
  aggregate: string,
  after: number,
  upTo: number,
): Promise<{ event: string; version: number; payload: unknown }[]> {
  const rows = await connection.all(
    `SELECT type, version, payload FROM realtime_events
     WHERE aggregate = ? AND version > ? AND version <= ? ORDER BY version, seq LIMIT 1000`,
    aggregate,
    after,
    upTo,
  );
  return rows.map((row) => ({
    event: text(row["type"]),
    version: number(row["version"]),
    payload: JSON.parse(text(row["payload"])),
  }));
}
