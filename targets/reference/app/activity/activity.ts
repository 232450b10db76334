/** What somebody did, written down in the transaction that did it, and told to those it concerns. */
import type { Changing } from "../changes.ts";
import { nextNumber } from "../counters.ts";
import { text } from "../database.ts";
import type { BroadcastEvent } from "../events.ts";

export interface Activity {
  /** Such as `invoice.sent`. */
  readonly type: string;
  readonly description: string;
  readonly subjectType: "invoice" | "project" | "file" | "comment";
  readonly subjectId: string;
  readonly clientId: string;
  readonly projectId: string | null;
}

/** The feeds an activity is in that are told of as it happens; a version each. */
const feedsOf = ({ clientId }: Activity) => [
  { feed: GLOBAL_FEED, channel: "private-admin" },
  { feed: clientFeed(clientId), channel: `private-client.${clientId}` },
];

export const GLOBAL_FEED = "feed:global";
export const clientFeed = (clientId: string): string => `feed:client:${clientId}`;

/** Adds to the feeds, if the change is committed. */
export async function recordActivity(
  { connection, now, broadcast }: Changing,
  userId: string,
  activity: Activity,
): Promise<void> {
  const id = crypto.randomUUID();
  const [user] = await connection.all("SELECT name FROM users WHERE id = ?", userId);
  const by = text(user?.["name"]);
  const events: BroadcastEvent[] = [];
  // The feeds always in the same order, so that no two changes wait for each other.
  for (const { feed, channel } of feedsOf(activity)) {
    events.push({
      aggregate: feed,
      version: await nextNumber(connection, feed),
      broadcastOn: channel,
      broadcastAs: "ActivityFeedUpdated",
      broadcastWith: {
        activity_id: id,
        type: activity.type,
        description: activity.description,
        by,
        subject_type: activity.subjectType,
        subject_id: activity.subjectId,
        project_id: activity.projectId,
      },
      broadcastWhen: true,
    });
  }
  await connection.all(
    `INSERT INTO activities
     (id, type, description, user_id, subject_type, subject_id, client_id, project_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    activity.type,
    activity.description,
    userId,
    activity.subjectType,
    activity.subjectId,
    activity.clientId,
    activity.projectId,
    now().iso,
  );
  for (const event of events) broadcast(event);
}
