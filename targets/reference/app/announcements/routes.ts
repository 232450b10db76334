/** Announcements: the staff writes and publishes them, and then everybody reads and hears them. */
import { Hono } from "hono";
import { z } from "zod";
import { isStaff } from "../access.ts";
import type { Change } from "../changes.ts";
import { type Connection, type Database, number, type Row, text } from "../database.ts";
import { refused } from "../decision.ts";
import type { BroadcastEvent } from "../events.ts";
import { answer } from "../http/answer.ts";
import { bodyOf, callerOf, key, type Known, notFound, staffOf } from "../http/request.ts";
import { NotThere, orNotThere } from "../not_there.ts";

/** Most that are listed. */
const LISTED = 20;

/** To everybody, on the public channels. */
const announcement = (row: Row, version: number): readonly BroadcastEvent[] =>
  [
    { broadcastOn: "portal", broadcastAs: "Announcement" },
    { broadcastOn: "announcements", broadcastAs: "announcement.posted" },
  ].map((one) => ({
    ...one,
    aggregate: `announcement:${text(row["id"])}`,
    version,
    broadcastWith: {
      announcement_id: text(row["id"]),
      title: text(row["title"]),
      body: text(row["body"]),
      status: "published",
    },
    broadcastWhen: true,
  }));

async function announcementRow(connection: Connection, id: string, lock = "") {
  const [row] = await connection.all(`SELECT * FROM announcements WHERE id = ?${lock}`, id);
  return row;
}

const described = (row: Row) => ({
  id: text(row["id"]),
  title: text(row["title"]),
  body: text(row["body"]),
  status: text(row["status"]),
  version: number(row["version"]),
  updated_at: text(row["updated_at"]),
});

export function announcementRoutes(database: Database, change: Change): Hono<Known> {
  return new Hono<Known>()
    .post("/announcements", async (asked) => {
      const user = staffOf(asked, "The staff announces");
      const body = z.object({ title: z.string().min(1).max(200), body: z.string().max(4000) });
      const said = await bodyOf(asked, body);
      const id = crypto.randomUUID();
      await change("announce", callerOf(asked, user), async ({ connection, now }) => {
        await connection.all(
          "INSERT INTO announcements VALUES (?, ?, ?, 'draft', 0, ?)",
          id,
          said.title,
          said.body,
          now().iso,
        );
        return { ok: true, value: id };
      });
      return asked.json({ success: true, data: { id, version: 0 } }, 201);
    })
    .get("/announcements", async (asked) => {
      const rows = await database.all(
        `SELECT * FROM announcements WHERE status = 'published'
         ORDER BY updated_at DESC, id LIMIT ${LISTED}`,
      );
      return asked.json({ data: { announcements: rows.map(described) } });
    })
    .get("/announcements/:id", async (asked) => {
      const row = await announcementRow(database, asked.req.param("id"));
      const user = asked.get("user");
      const mayRead = row !== undefined &&
        (row["status"] === "published" || (user !== undefined && isStaff(user)));
      return mayRead ? asked.json({ data: described(row) }) : notFound("announcement");
    })
    .post("/announcements/:id/publish", async (asked) => {
      const user = staffOf(asked, "The staff announces");
      const said = await bodyOf(asked, z.object({ idempotency_key: key }));
      const id = asked.req.param("id");
      const caller = callerOf(asked, user, said.idempotency_key);
      const published = await orNotThere(
        change(`publish ${id}`, caller, async ({ connection, lock, now, broadcast }) => {
          const row = await announcementRow(connection, id, lock);
          if (row === undefined) throw new NotThere();
          if (row["status"] === "published") return refused("already", "It is published already");
          const version = number(row["version"]) + 1;
          await connection.all(
            "UPDATE announcements SET status = 'published', version = ?, updated_at = ? WHERE id = ?",
            version,
            now().iso,
            id,
          );
          for (const event of announcement(row, version)) broadcast(event);
          return { ok: true, value: { status: "published", version } };
        }),
      ) ?? notFound("announcement");
      return answer(asked, published, (value) => value);
    });
}
