/**
 * Who is online, and who looks at what: the table `user_presence`, in which somebody is online until
 * his last heartbeat is older than the time to live. Going and coming is told; a heartbeat is not.
 */
import type { Caller, Change, Changing } from "../changes.ts";
import { type Connection, type Database, number, type Row, text, textOrNull } from "../database.ts";
import type { BroadcastEvent } from "../events.ts";

/** Somebody as the table has him. */
export interface Present {
  readonly userId: string;
  readonly name: string;
  readonly status: "online" | "offline";
  /** Where in the application he is, such as `Projects`; null where he has not said. */
  readonly location: string | null;
  readonly viewing: { readonly type: string; readonly id: string } | null;
  readonly lastSeenMs: number;
  readonly version: number;
}

/** What somebody's heartbeat, or his looking at something, changes. */
type Step = Partial<Pick<Present, "status" | "location" | "viewing">>;

export interface Presence {
  /** He is here; with `location`, there. */
  heartbeat(caller: Caller, location: string | undefined): Promise<Present>;
  view(caller: Caller, resource: Present["viewing"]): Promise<Present>;
  /** He has logged out. */
  leave(caller: Caller): Promise<void>;
  /** Those who are online now, by name; with `of`, those who look at it. */
  online(of?: Present["viewing"], connection?: Connection): Promise<Present[]>;
  /** Tells of those whose time is over that they are offline. */
  expire(): Promise<void>;
}

const presentOf = (row: Row): Present => ({
  userId: text(row["user_id"]),
  name: text(row["name"]),
  status: text(row["status"]) as Present["status"], // only this file writes it
  location: textOrNull(row["location"]),
  viewing: row["viewing_type"] === null
    ? null
    : { type: text(row["viewing_type"]), id: text(row["viewing_id"]) },
  lastSeenMs: number(row["last_seen_at"]),
  version: number(row["version"]),
});

/** To everybody who is logged in: the least that says who is here. */
const changed = ({ userId, name, status, version }: Present): BroadcastEvent => ({
  aggregate: `presence:${userId}`,
  version,
  broadcastOn: "presence-presence.online",
  broadcastAs: "UserPresenceChanged",
  broadcastWith: { user_id: userId, name, status },
  broadcastWhen: true,
});

const SELECT = `SELECT user_presence.*, users.name AS name FROM user_presence
  JOIN users ON users.id = user_presence.user_id`;

/** `ttlMs`: how long somebody is online after his last heartbeat. */
export function createPresence(
  database: Database,
  change: Change,
  ttlMs: number,
  clock: () => number,
): Presence {
  const row = async (connection: Connection, userId: string, lock = ""): Promise<Present> => {
    // A row of one's own to lock; the first time it is made.
    await connection.all(
      `INSERT INTO user_presence VALUES (?, NULL, 'offline', 0, NULL, NULL, 0)
       ON CONFLICT DO NOTHING`,
      userId,
    );
    // The user's row is not locked with it: PostgreSQL locks what `OF` names, SQLite has no locks.
    const [found] = await connection.all(
      `${SELECT} WHERE user_id = ?${lock === "" ? "" : `${lock} OF user_presence`}`,
      userId,
    );
    if (found === undefined) throw new Error(`user ${userId} is gone`);
    return presentOf(found);
  };

  async function become(changing: Changing, before: Present, to: Step): Promise<Present> {
    const { connection, now, broadcast } = changing;
    const isOver = before.status === "online" && now().ms - before.lastSeenMs > ttlMs;
    const next: Present = {
      ...before,
      ...to,
      lastSeenMs: to.status === "offline" ? before.lastSeenMs : now().ms,
      version: before.version + 1,
    };
    await connection.all(
      `UPDATE user_presence SET location = ?, status = ?, last_seen_at = ?, viewing_type = ?,
       viewing_id = ?, version = ? WHERE user_id = ?`,
      next.location,
      next.status,
      next.lastSeenMs,
      next.viewing?.type ?? null,
      next.viewing?.id ?? null,
      next.version,
      next.userId,
    );
    if (isOver || next.status !== before.status) broadcast(changed(next));
    return next;
  }

  const set = async (caller: Caller, what: string, to: Step): Promise<Present> => {
    const outcome = await change(what, caller, async (changing) => {
      const before = await row(changing.connection, caller.userId, changing.lock);
      return { ok: true, value: await become(changing, before, to) };
    });
    if (!outcome.ok) throw new Error("presence is never refused");
    return outcome.value;
  };

  const nobody = { location: null, viewing: null };

  return {
    heartbeat: (caller, location) =>
      set(caller, "heartbeat", {
        status: "online",
        ...(location === undefined ? {} : { location }),
      }),
    view: (caller, viewing) => set(caller, "view", { status: "online", viewing }),
    async leave(caller) {
      const [row] = await database.all(
        "SELECT 1 AS found FROM user_presence WHERE user_id = ? AND status = 'online'",
        caller.userId,
      );
      if (row !== undefined) await set(caller, "leave", { status: "offline", ...nobody });
    },

    async online(of, connection = database) {
      const [and, ...values] = of ? [" AND viewing_type = ? AND viewing_id = ?", of.type, of.id] : [
        "",
      ];
      const rows = await connection.all(
        `${SELECT} WHERE status = 'online' AND last_seen_at >= ?${and} ORDER BY name, user_id`,
        clock() - ttlMs,
        ...values,
      );
      return rows.map(presentOf);
    },

    async expire() {
      const over = await database.all(
        "SELECT user_id FROM user_presence WHERE status = 'online' AND last_seen_at < ?",
        clock() - ttlMs,
      );
      for (const userId of over.map((one) => text(one["user_id"]))) {
        const caller = { userId, socketId: null, idempotencyKey: null };
        await change("expire", caller, async (changing) => {
          const before = await row(changing.connection, userId, changing.lock);
          // Another process may have told it, or he may be back.
          const isOver = before.status === "online" && before.lastSeenMs < clock() - ttlMs;
          if (isOver) await become(changing, before, { status: "offline", ...nobody });
          return { ok: true, value: undefined };
        });
      }
    },
  };
}
