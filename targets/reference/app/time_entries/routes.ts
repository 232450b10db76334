/** Time entries over HTTP: the staff tracks its own time, an officer approves it. */
import { Hono } from "hono";
import { z } from "zod";
import type { Change } from "../changes.ts";
import { type Connection, type Database, number, text, textOrNull } from "../database.ts";
import { answer } from "../http/answer.ts";
import {
  activeUserOf,
  bodyOf,
  callerOf,
  HttpError,
  key,
  type Known,
  notFound,
  staffOf,
} from "../http/request.ts";
import { NotThere, orNotThere } from "../not_there.ts";
import { projectRow } from "../projects/rows.ts";
import { whyNoStep } from "../steps.ts";
import type { User } from "../users.ts";
import {
  TIME_STATUSES,
  TIME_STEPS,
  type TimeEntry,
  timeEntryUpdated,
  type TimeStatus,
} from "./time_entry.ts";

async function entryRow(
  connection: Connection,
  id: string,
  lock = "",
): Promise<TimeEntry | undefined> {
  const [row] = await connection.all(`SELECT * FROM time_entries WHERE id = ?${lock}`, id);
  return row && {
    id: text(row["id"]),
    userId: text(row["user_id"]),
    projectId: textOrNull(row["project_id"]),
    status: text(row["status"]) as TimeStatus, // only this file writes it
    version: number(row["version"]),
  };
}

/** Whose time it is, and who approves it. */
const concerns = (user: User, entry: TimeEntry) =>
  user.role === "officer" || user.id === entry.userId;

/** Nobody approves what is not there to be approved, nor stops what is another's. */
const mayMove = (user: User, entry: TimeEntry, to: TimeStatus) =>
  to === "approved" ? user.role === "officer" : user.id === entry.userId;

export function timeEntryRoutes(database: Database, change: Change): Hono<Known> {
  return new Hono<Known>()
    .post("/time-entries", async (asked) => {
      const user = staffOf(asked, "The staff tracks its time");
      const body = z.object({ project_id: z.string().max(100).nullable().default(null) });
      const { project_id } = await bodyOf(asked, body);
      if (project_id !== null && await projectRow(database, project_id) === undefined) {
        throw new HttpError(422, "invalid", "project_id is no project's");
      }
      const id = crypto.randomUUID();
      const entry: TimeEntry = {
        id,
        userId: user.id,
        projectId: project_id,
        status: "running",
        version: 1,
      };
      await change("track time", callerOf(asked, user), async ({ connection, now, broadcast }) => {
        await connection.all(
          "INSERT INTO time_entries VALUES (?, ?, ?, 'running', 1, ?)",
          id,
          user.id,
          project_id,
          now().iso,
        );
        for (const event of timeEntryUpdated(entry)) broadcast(event);
        return { ok: true, value: entry };
      });
      return asked.json({ success: true, data: { id, version: 1 } }, 201);
    })
    .get("/time-entries/:id", async (asked) => {
      const user = activeUserOf(asked);
      const entry = await entryRow(database, asked.req.param("id"));
      if (entry === undefined || !concerns(user, entry)) return notFound("time entry");
      const { id, status, version } = entry;
      return asked.json({ data: { id, status, version } });
    })
    .post("/time-entries/:id/transitions", async (asked) => {
      const user = activeUserOf(asked);
      const body = z.object({ to: z.enum(TIME_STATUSES), idempotency_key: key });
      const { to, idempotency_key } = await bodyOf(asked, body);
      const id = asked.req.param("id");
      const caller = callerOf(asked, user, idempotency_key);
      const moved = await orNotThere(
        change(`move time entry ${id}`, caller, async ({ connection, lock, now, broadcast }) => {
          const entry = await entryRow(connection, id, lock);
          if (entry === undefined || !concerns(user, entry)) throw new NotThere();
          if (!mayMove(user, entry, to)) {
            throw new HttpError(403, "forbidden", "That is for somebody else to do");
          }
          const refusal = whyNoStep("time entry", TIME_STEPS, entry.status, to);
          if (refusal !== undefined) return refusal;
          const next: TimeEntry = { ...entry, status: to, version: entry.version + 1 };
          await connection.all(
            "UPDATE time_entries SET status = ?, version = ?, updated_at = ? WHERE id = ?",
            to,
            next.version,
            now().iso,
            id,
          );
          for (const event of timeEntryUpdated(next)) broadcast(event);
          return { ok: true, value: next };
        }),
      ) ?? notFound("time entry");
      return answer(asked, moved, ({ status, version }) => ({ status, version }));
    });
}
