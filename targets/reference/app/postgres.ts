/** PostgreSQL: several processes may use one database, and rows are locked while they change. */
import postgres from "postgres";
import { type Connection, type Database, type Row, storable } from "./database.ts";
import { schema } from "./schema.ts";
import { inTurnsByName } from "./turns.ts";

/** Connections for transactions; as many again, at most, hold locks that outlive one. */
const CONNECTIONS = 10;

/** Longest that a row is waited for, and that a process which hangs may hold one. */
const PATIENCE_MS = 10_000;

/** Numbers under which this application locks, told apart from anybody else's in the database. */
const LOCKS = 7_240_001;

type Sql = postgres.Sql<{ bigint: number }>;

/** Connects and makes the tables. Rejects when nobody answers or the database is not there. */
export async function openPostgres(url: string): Promise<Database> {
  const options = {
    max: CONNECTIONS,
    onnotice: () => {}, // "already exists, skipping"
    // Whole numbers come as numbers: money and counts stay far below what a number can hold.
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  };
  const sql: Sql = postgres(url, {
    ...options,
    connection: {
      statement_timeout: PATIENCE_MS,
      idle_in_transaction_session_timeout: PATIENCE_MS,
    },
  });
  // Who waits for a lock of this kind keeps a connection; it must not be one a transaction needs.
  const locks: Sql = postgres(url, options);
  const inTurn = inTurnsByName();

  await sql.begin(async (begun) => {
    // Processes that start together must not make the tables together.
    await begun`SELECT pg_advisory_xact_lock(${LOCKS})`;
    for (const statement of schema("BIGSERIAL PRIMARY KEY")) await begun.unsafe(statement);
  });

  return {
    forUpdate: " FOR UPDATE",
    all: (text, ...values) => connectionOf(sql).all(text, ...values),
    // The library widens the type to what a query may resolve to; `work` decides here.
    transaction: <T>(work: (connection: Connection) => Promise<T>) =>
      sql.begin((begun) => work(connectionOf(begun))) as Promise<T>,
    exclusively: (name, work) =>
      // Of one process one asks, so that many who wait do not use up the connections.
      inTurn(name, async () => {
        const held = await locks.reserve();
        try {
          await held`SELECT pg_advisory_lock(${LOCKS}, hashtext(${name}))`;
          try {
            return await work();
          } finally {
            await held`SELECT pg_advisory_unlock(${LOCKS}, hashtext(${name}))`;
          }
        } finally {
          held.release();
        }
      }),
    close: async () => {
      await Promise.all([sql.end({ timeout: 5 }), locks.end({ timeout: 5 })]);
    },
  };
}

function connectionOf(sql: Pick<Sql, "unsafe">): Connection {
  return {
    all: async (text, ...values) => {
      const rows = await sql.unsafe(numbered(text), storable(values), { prepare: true });
      return [...rows] as unknown as Row[]; // text, numbers and null: the schema has no other types
    },
  };
}

/** `?` becomes `$1`, `$2`, …; no statement here has a question mark inside a text. */
function numbered(text: string): string {
  let count = 0;
  return text.replaceAll("?", () => `$${++count}`);
}
