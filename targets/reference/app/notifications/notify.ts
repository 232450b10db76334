/**
 * Notifications: stored in the transaction of what they tell, and broadcast once it is committed.
 * Each person's are one sequence with a version, so that the count of unread ones never goes back.
 */
import type { Changing } from "../changes.ts";
import { nextNumber } from "../counters.ts";
import { type Connection, number } from "../database.ts";
import type { BroadcastEvent } from "../events.ts";

export interface Notice {
  readonly type: "info" | "success" | "warning" | "error";
  readonly title: string;
  readonly message: string;
  /** Where a click leads, or null. */
  readonly actionUrl: string | null;
}

export const inboxOf = (userId: string): string => `inbox:${userId}`;

/** How many a person has not read. */
export async function unreadOf(connection: Connection, userId: string): Promise<number> {
  const [row] = await connection.all(
    "SELECT count(*) AS unread FROM notifications WHERE user_id = ? AND status = 'unread'",
    userId,
  );
  return number(row?.["unread"]);
}

/** Notifies these people, each once; returns the ids of the notifications. */
export async function notify(
  { connection, now, broadcast }: Changing,
  userIds: readonly string[],
  { type, title, message, actionUrl }: Notice,
): Promise<string[]> {
  const ids: string[] = [];
  // In one order everywhere, so that two who notify the same people do not wait for each other.
  for (const userId of [...new Set(userIds)].sort()) {
    const version = await nextNumber(connection, inboxOf(userId));
    const id = crypto.randomUUID();
    await connection.all(
      "INSERT INTO notifications VALUES (?, ?, ?, ?, ?, ?, 'unread', ?, ?, ?)",
      id,
      userId,
      type,
      title,
      message,
      actionUrl,
      version,
      now().iso,
      now().iso,
    );
    const broadcastWith = {
      notification_id: id,
      type,
      title,
      message,
      action_url: actionUrl,
      created_at: now().iso,
      unread: await unreadOf(connection, userId),
    };
    for (const event of inboxEvents(userId, version, RECEIVED)) {
      broadcast({ ...event, broadcastWith });
    }
    ids.push(id);
  }
  return ids;
}

const RECEIVED = {
  model: "NotificationReceived",
  user: "notification.received",
};
const READ = { model: "NotificationRead", user: "notification.read" };

/** On the channels of one person's inbox: that of the model, and the short one. */
const inboxEvents = (
  userId: string,
  version: number,
  names: typeof RECEIVED,
): Omit<BroadcastEvent, "broadcastWith">[] =>
  [
    { broadcastOn: `private-App.Models.User.${userId}`, broadcastAs: names.model },
    { broadcastOn: `private-users.${userId}`, broadcastAs: names.user },
  ].map((one) => ({ ...one, aggregate: inboxOf(userId), version, broadcastWhen: true }));

/** Marks one as read, where the row is locked, and tells the person's other pages. */
export async function markRead(
  { connection, now, broadcast }: Changing,
  userId: string,
  id: string,
): Promise<{ version: number; unread: number }> {
  const version = await nextNumber(connection, inboxOf(userId));
  await connection.all(
    "UPDATE notifications SET status = 'read', version = ?, updated_at = ? WHERE id = ?",
    version,
    now().iso,
    id,
  );
  const unread = await unreadOf(connection, userId);
  const broadcastWith = { notification_id: id, status: "read", unread };
  for (const event of inboxEvents(userId, version, READ)) broadcast({ ...event, broadcastWith });
  return { version, unread };
}
