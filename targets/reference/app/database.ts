/** What the application asks of a database; `sqlite.ts` and `postgres.ts` are the two there are. */

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

/** SQL that both databases read the same; values stand as `?`. */
export interface Connection {
  all(sql: string, ...values: readonly Value[]): Promise<Row[]>;
}

export interface Database extends Connection {
  /** Ends a `SELECT` that locks its rows until the transaction is over. */
  readonly forUpdate: string;
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Lets one at a time of all processes work under a name. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Text that PostgreSQL does not take, and so neither does SQLite here. */
export class Unstorable extends Error {}

/** Throws `Unstorable`. */
export function storable(values: readonly Value[]): Value[] {
  if (values.some((value) => typeof value === "string" && value.includes("\0"))) {
    throw new Unstorable("A text must not contain a NUL character");
  }
  return [...values];
}

export const text = (value: Value | undefined): string => String(value);
export const number = (value: Value | undefined): number => Number(value);
export const textOrNull = (value: Value | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`, with the tables there. */
export async function openDatabase(url: string): Promise<Database> {
  try {
    return url.startsWith("sqlite:")
      ? (await import("./sqlite.ts")).openSqlite(url.slice("sqlite:".length))
      : await (await import("./postgres.ts")).openPostgres(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`APPLICATION_DATABASE cannot be opened: ${reason}`, { cause });
  }
}
