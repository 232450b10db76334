/** Notifications over HTTP: the staff sends them, each person reads his own. */
import { Hono } from "hono";
import { z } from "zod";
import type { Change } from "../changes.ts";
import { lastNumber } from "../counters.ts";
import { type Connection, type Database, number, type Row, text, textOrNull } from "../database.ts";
import { refused } from "../decision.ts";
import { answer } from "../http/answer.ts";
import {
  activeUserOf,
  bodyOf,
  callerOf,
  key,
  type Known,
  notFound,
  staffOf,
} from "../http/request.ts";
import { NotThere, orNotThere } from "../not_there.ts";
import { inboxOf, markRead, notify, unreadOf } from "./notify.ts";
import { idsOf, notification } from "./recipients.ts";

/** Most that are listed. */
const LISTED = 50;

const described = (row: Row) => ({
  id: text(row["id"]),
  type: text(row["type"]),
  title: text(row["title"]),
  message: text(row["message"]),
  action_url: textOrNull(row["action_url"]),
  status: text(row["status"]),
  version: number(row["version"]),
  created_at: text(row["created_at"]),
});

/** Somebody else's notification is not there, whether it is or not. */
async function own(connection: Connection, userId: string, id: string, lock = "") {
  const [row] = await connection.all(
    `SELECT * FROM notifications WHERE id = ? AND user_id = ?${lock}`,
    id,
    userId,
  );
  return row;
}

export function notificationRoutes(database: Database, change: Change): Hono<Known> {
  return new Hono<Known>()
    .post("/notifications", async (asked) => {
      const user = staffOf(asked, "The staff notifies");
      const { to, notice } = await bodyOf(asked, notification);
      const outcome = await change("notify", callerOf(asked, user), async (changing) => {
        const ids = await idsOf(changing.connection, to);
        return { ok: true, value: await notify(changing, ids, notice) };
      });
      return asked.json({ success: true, data: { ids: outcome.ok ? outcome.value : [] } }, 201);
    })
    .get("/notifications", async (asked) => {
      const user = activeUserOf(asked);
      // The version first: one that comes meanwhile is told again rather than missed.
      const version = await lastNumber(database, inboxOf(user.id));
      const rows = await database.all(
        `SELECT * FROM notifications WHERE user_id = ?
         ORDER BY created_at DESC, version DESC LIMIT ${LISTED}`,
        user.id,
      );
      const unread = await unreadOf(database, user.id);
      return asked.json({ data: { notifications: rows.map(described), unread, version } });
    })
    .get("/notifications/:id", async (asked) => {
      const row = await own(database, activeUserOf(asked).id, asked.req.param("id"));
      return asked.json({ data: described(row ?? notFound("notification")) });
    })
    .post("/notifications/:id/read", async (asked) => {
      const user = activeUserOf(asked);
      const id = asked.req.param("id");
      const said = await bodyOf(asked, z.object({ idempotency_key: key }));
      const caller = callerOf(asked, user, said.idempotency_key);
      const outcome = await orNotThere(
        change(`read notification ${id}`, caller, async (changing) => {
          const row = await own(changing.connection, user.id, id, changing.lock);
          if (row === undefined) throw new NotThere();
          return row["status"] === "read"
            ? refused("already", "The notification is read already")
            : { ok: true, value: await markRead(changing, user.id, id) };
        }),
      ) ?? notFound("notification");
      return answer(asked, outcome, (value) => value);
    });
}
