/** SQLite inside this process: one connection, so transactions simply take turns. */
import { DatabaseSync } from "node:sqlite";
import { type Connection, type Database, type Row, storable } from "./database.ts";
import { schema } from "./schema.ts";
import { inTurns, inTurnsByName } from "./turns.ts";

/** Opens a file, or `:memory:`. One process may use a file at a time. */
export function openSqlite(path: string): Database {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  for (const statement of schema("INTEGER PRIMARY KEY AUTOINCREMENT")) database.exec(statement);

  const prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const connection: Connection = {
    all(sql, ...values) {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return Promise.resolve(statement.all(...storable(values)) as unknown as Row[]); // text, numbers, null
    },
  };
  // Also what is read outside a transaction waits for its turn: half of one must not be seen.
  const turns = inTurns();
  return {
    forUpdate: "",
    all: (sql, ...values) => turns(() => connection.all(sql, ...values)),
    transaction: (work) =>
      turns(async () => {
        database.exec("BEGIN IMMEDIATE");
        try {
          const result = await work(connection);
          database.exec("COMMIT");
          return result;
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      }),
    exclusively: inTurnsByName(),
    close: () => turns(() => Promise.resolve(database.close())),
  };
}
