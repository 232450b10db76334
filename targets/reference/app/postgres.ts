/** PostgreSQL: several processes may use one database, and rows are locked while they change. */
import pg from "pg";
import { type Connection, type Database, type Row, storable } from "./database.ts";
import { schema } from "./schema.ts";
import { inTurnsByName } from "./turns.ts";

/** Connections for transactions; as many again, at most, hold locks that outlive one. */
const CONNECTIONS = 10;

/** Longest that a row is waited for, and that a process which hangs may hold one. */
const PATIENCE_MS = 10_000;
/** Longest that a database is waited for which says nothing at all. */
const SILENCE_MS = PATIENCE_MS + 2000;

/** Numbers under which this application locks, told apart from anybody else's in the database. */
const LOCKS = 7_240_001;
const BIGINT = 20;

/** Connects and makes the tables. Rejects when nobody answers or the database is not there. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = openPool(url, {
    statement_timeout: PATIENCE_MS,
    idle_in_transaction_session_timeout: PATIENCE_MS,
    query_timeout: SILENCE_MS,
    connectionTimeoutMillis: SILENCE_MS,
  });
  // Who waits for a lock of this kind keeps a connection; it must not be one a transaction needs.
  const locks = openPool(url, {});
  const inTurn = inTurnsByName();

  const transaction = <T>(work: (connection: Connection) => Promise<T>) =>
    using(pool, async (client) => {
      await client.query("BEGIN");
      const [result] = await Promise.allSettled([work(connectionOf(client))]);
      await client.query(result.status === "fulfilled" ? "COMMIT" : "ROLLBACK");
      return result;
    });

  await transaction(async ({ all }) => {
    // Processes that start together must not make the tables together.
    await all("SELECT pg_advisory_xact_lock(?)", LOCKS);
    for (const statement of schema("BIGSERIAL PRIMARY KEY")) await all(statement);
  });

  return {
    forUpdate: " FOR UPDATE",
    all: connectionOf(pool).all,
    transaction,
    exclusively: (name, work) =>
      // Of one process one asks, so that many who wait do not use up the connections.
      inTurn(name, () =>
        using(locks, async (client) => {
          await client.query("SELECT pg_advisory_lock($1, hashtext($2))", [LOCKS, name]);
          const [result] = await Promise.allSettled([work()]);
          await client.query("SELECT pg_advisory_unlock($1, hashtext($2))", [LOCKS, name]);
          return result;
        })),
    close: async () => {
      await Promise.all([pool.end(), locks.end()]);
    },
  };
}

function openPool(url: string, more: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    // Whole numbers come as numbers: money and counts stay far below what a number can hold.
    types: {
      getTypeParser: (type: number, format?: "text" | "binary") =>
        type === BIGINT ? Number : pg.types.getTypeParser(type, format ?? "text"),
    },
    ...more,
  });
  // A connection that ends is replaced; whoever was using it is told by his query.
  pool.on("error", () => {});
  pool.on("connect", (client: pg.PoolClient) => client.on("error", () => {}));
  return pool;
}

/**
 * Lends a connection out, and gives what `work` settled as. A connection on which `work` itself
 * fails is not used again.
 */
async function using<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<PromiseSettledResult<T>>,
): Promise<T> {
  const client = await pool.connect();
  let isSound = false;
  try {
    const result = await work(client);
    isSound = true;
    if (result.status === "rejected") throw result.reason;
    return result.value;
  } finally {
    client.release(!isSound);
  }
}

/** Statements have names, by which the database knows those it has read before. */
const names = new Map<string, { name: string; text: string }>();

function connectionOf(queryable: pg.Pool | pg.PoolClient): Connection {
  return {
    async all(sql, ...values) {
      const known = names.get(sql) ?? { name: `application-${names.size}`, text: numbered(sql) };
      names.set(sql, known);
      const { rows } = await queryable.query<Row>({ ...known, values: storable(values) });
      return rows;
    },
  };
}

/** `?` becomes `$1`, `$2`, …; no statement here has a question mark inside a text. */
function numbered(text: string): string {
  let count = 0;
  return text.replaceAll("?", () => `$${++count}`);
}
