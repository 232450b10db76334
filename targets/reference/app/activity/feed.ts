/** Reading a feed of activities: everybody's, a client's or a project's. */
import { lastNumber } from "../counters.ts";
import { type Connection, text, textOrNull } from "../database.ts";
import { clientFeed, GLOBAL_FEED } from "./activity.ts";

export type Feed =
  | { readonly of: "all" }
  | { readonly of: "client"; readonly clientId: string }
  | { readonly of: "project"; readonly clientId: string; readonly projectId: string };

/** The newest first, and the version that the feed's next event goes beyond. */
export async function readFeed(connection: Connection, feed: Feed, limit: number) {
  const [where, ...values] = feed.of === "all"
    ? ["1 = 1"]
    : feed.of === "client"
    ? ["client_id = ?", feed.clientId]
    : ["project_id = ?", feed.projectId];
  // The version first: an activity that comes between is told again rather than missed.
  const name = feed.of === "all" ? GLOBAL_FEED : clientFeed(feed.clientId);
  const version = await lastNumber(connection, name);
  const rows = await connection.all(
    `SELECT activities.*, users.name AS by_name FROM activities
     JOIN users ON users.id = activities.user_id
     WHERE ${where} ORDER BY seq DESC LIMIT ${limit}`,
    ...values,
  );
  const activities = rows.map((row) => ({
    activity_id: text(row["id"]),
    type: text(row["type"]),
    description: text(row["description"]),
    by: text(row["by_name"]),
    subject_type: text(row["subject_type"]),
    subject_id: text(row["subject_id"]),
    project_id: textOrNull(row["project_id"]),
    updated_at: text(row["created_at"]),
  }));
  return { activities, version };
}
