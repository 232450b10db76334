/** Numbers that rise by one under a name: the versions of what has no row of its own. */
import { type Connection, number } from "./database.ts";

/**
 * The next number, from 1. Whoever asks holds the name until his transaction is over, so that
 * numbers are committed in their order.
 */
export async function nextNumber(connection: Connection, name: string): Promise<number> {
  const [row] = await connection.all(
    `INSERT INTO counters (name, value) VALUES (?, 1)
     ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`,
    name,
  );
  return number(row?.["value"]);
}

/** The number that was given last; 0 before the first. */
export async function lastNumber(connection: Connection, name: string): Promise<number> {
  const [row] = await connection.all("SELECT value FROM counters WHERE name = ?", name);
  return row === undefined ? 0 : number(row["value"]);
}
