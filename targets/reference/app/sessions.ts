/**
 * Sessions with a CSRF token, as a page of Laravel meets them: a cookie that scripts cannot read for
 * the session, and one they must read for the token, which state-changing requests repeat in a
 * header. By hand, because the session has to live in the application's own database, whichever of
 * its processes is asked.
 */
import { randomBytes } from "node:crypto";
import { type Database, text, textOrNull } from "./database.ts";

export interface Session {
  readonly id: string;
  readonly userId: string | null;
  readonly csrf: string;
}

export interface Sessions {
  find(id: string): Promise<Session | undefined>;
  /** A new session, with an id and a token nobody has seen. */
  begin(userId: string | null): Promise<Session>;
  end(id: string): Promise<void>;
}

const LIFETIME_MS = 2 * 60 * 60 * 1000;
const token = () => randomBytes(30).toString("base64url");

export function createSessions(database: Database, clock: () => number): Sessions {
  return {
    async find(id) {
      const [row] = await database.all(
        "SELECT * FROM sessions WHERE id = ? AND expires_at > ?",
        id,
        clock(),
      );
      return row && { id, userId: textOrNull(row["user_id"]), csrf: text(row["csrf"]) };
    },
    async begin(userId) {
      const session = { id: token(), userId, csrf: token() };
      const expiresAt = clock() + LIFETIME_MS;
      await database.all("DELETE FROM sessions WHERE expires_at <= ?", clock());
      await database.all(
        "INSERT INTO sessions VALUES (?, ?, ?, ?)",
        session.id,
        userId,
        session.csrf,
        expiresAt,
      );
      return session;
    },
    async end(id) {
      await database.all("DELETE FROM sessions WHERE id = ?", id);
    },
  };
}
