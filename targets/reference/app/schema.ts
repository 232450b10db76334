/** Clients and what is done for them; who is here; what people are told. */
const PORTAL = [
  // Numbers under a name, for the versions of feeds and inboxes.
  `CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS invoices (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL, number TEXT NOT NULL, total BIGINT NOT NULL,
    memo TEXT NOT NULL, status TEXT NOT NULL, version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL, name TEXT NOT NULL, brief TEXT NOT NULL,
    status TEXT NOT NULL, comments BIGINT NOT NULL, version BIGINT NOT NULL,
    updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS comments (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), user_id TEXT NOT NULL,
    text TEXT NOT NULL, created_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), name TEXT NOT NULL,
    status TEXT NOT NULL, version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS time_entries (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, project_id TEXT, status TEXT NOT NULL,
    version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS announcements (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
    version BIGINT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS notifications (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, type TEXT NOT NULL, title TEXT NOT NULL,
    message TEXT NOT NULL, action_url TEXT, status TEXT NOT NULL, version BIGINT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS user_presence (
    user_id TEXT PRIMARY KEY, location TEXT, status TEXT NOT NULL, last_seen_at BIGINT NOT NULL,
    viewing_type TEXT, viewing_id TEXT, version BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS metrics_told (
    id TEXT PRIMARY KEY, version BIGINT NOT NULL, told_at BIGINT NOT NULL)`,
];

/** The tables, in SQL that both databases read; `serial` is a number that rises by itself. */
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
      version BIGINT NOT NULL, updated_at TEXT NOT NULL, created_at TEXT NOT NULL)`,
    ...PORTAL,
    `CREATE TABLE IF NOT EXISTS activities (
      seq ${serial}, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, description TEXT NOT NULL,
      user_id TEXT NOT NULL, subject_type TEXT NOT NULL, subject_id TEXT NOT NULL,
      client_id TEXT NOT NULL, project_id TEXT, created_at TEXT NOT NULL)`,
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
    `CREATE INDEX IF NOT EXISTS activities_of_client ON activities (client_id, seq)`,
    `CREATE INDEX IF NOT EXISTS activities_of_project ON activities (project_id, seq)`,
    `CREATE INDEX IF NOT EXISTS invoices_of_client ON invoices (client_id, updated_at)`,
    `CREATE INDEX IF NOT EXISTS inbox ON notifications (user_id, status, created_at)`,
    `CREATE INDEX IF NOT EXISTS presence_seen ON user_presence (status, last_seen_at)`,
    `CREATE INDEX IF NOT EXISTS sessions_over ON sessions (expires_at)`,
    `CREATE INDEX IF NOT EXISTS lots_of_sale ON lots (sale_id, place)`,
    `CREATE INDEX IF NOT EXISTS events_of_aggregate ON realtime_events (aggregate, version)`,
    `CREATE INDEX IF NOT EXISTS events_to_deliver ON realtime_events (delivered, aggregate, seq)`,
  ];
}
