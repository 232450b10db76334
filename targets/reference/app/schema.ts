/** The tables, in SQL that both databases read; `SERIAL` stands for a number that rises by itself. */
export function schema(serial: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS users (
      id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password TEXT NOT NULL, name TEXT NOT NULL,
      role TEXT NOT NULL, suspended INTEGER NOT NULL DEFAULT 0)`,
    `CREATE TABLE IF NOT EXISTS sessions (
      id TEXT PRIMARY KEY, user_id TEXT, csrf TEXT NOT NULL, expires_at BIGINT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS sales (
      id TEXT PRIMARY KEY, status TEXT NOT NULL, current_lot TEXT, close_after_ms BIGINT NOT NULL,
      version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS lots (
      id TEXT PRIMARY KEY, sale_id TEXT NOT NULL REFERENCES sales (id), place BIGINT NOT NULL,
      title TEXT NOT NULL, starting_price BIGINT NOT NULL, increment BIGINT NOT NULL,
      reserve BIGINT NOT NULL, status TEXT NOT NULL, price BIGINT NOT NULL,
      bid_count BIGINT NOT NULL, leader TEXT, quiet_since BIGINT NOT NULL,
      version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS bids (
      seq ${serial}, lot_id TEXT NOT NULL REFERENCES lots (id), user_id TEXT NOT NULL,
      amount BIGINT NOT NULL, placed_at TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS orders (
      id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, notes TEXT NOT NULL, status TEXT NOT NULL,
      version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
    // What was answered to a request that carried a key, so that the same key does nothing twice.
    `CREATE TABLE IF NOT EXISTS answers (
      user_id TEXT NOT NULL, operation TEXT NOT NULL, request_key TEXT NOT NULL,
      answer TEXT NOT NULL, PRIMARY KEY (user_id, operation, request_key))`,
    // Every event, written in the transaction that made it happen: the log, and the outbox.
    `CREATE TABLE IF NOT EXISTS realtime_events (
      seq ${serial}, id TEXT NOT NULL UNIQUE, aggregate TEXT NOT NULL, version BIGINT NOT NULL,
      channel TEXT NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL, except_socket TEXT,
      delivered INTEGER NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0,
      created_at BIGINT NOT NULL)`,
    `CREATE INDEX IF NOT EXISTS sessions_over ON sessions (expires_at)`,
    `CREATE INDEX IF NOT EXISTS lots_of_sale ON lots (sale_id, place)`,
    `CREATE INDEX IF NOT EXISTS events_of_aggregate ON realtime_events (aggregate, version)`,
    `CREATE INDEX IF NOT EXISTS events_to_deliver ON realtime_events (delivered, aggregate, seq)`,
  ];
}
