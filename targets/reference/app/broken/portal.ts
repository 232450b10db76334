/** Client portals that are wrong in one way each. */
import type { Replace } from "../application.ts";
import type { BroadcastEvent } from "../events.ts";

const ACTIVITIES = /^GET \/api\/sync\/activities$/;
const MAKING: readonly string[] = [
  "InvoiceCreated",
  "FileUploaded",
  "NotificationReceived",
  "notification.received",
];

/** Tells of these events only. */
const tellingOnly = (isTold: (event: BroadcastEvent) => boolean): Replace => ({
  outbox: (right) => ({
    ...right,
    append: (connection, events, now, except) =>
      right.append(connection, events.filter(isTold), now, except),
  }),
});

/** A comment's event, with one comment more than there are. */
function ahead(event: BroadcastEvent): BroadcastEvent {
  const { broadcastAs, broadcastWith } = event;
  if (broadcastAs !== "CommentAdded") return event;
  const comments = Number(broadcastWith["comments"]) + 1;
  return { ...event, broadcastWith: { ...broadcastWith, comments } };
}

const LISTS = ["invoices", "notifications"];

export const PORTAL: Readonly<Record<string, Replace>> = {
  "making-untold": tellingOnly(({ broadcastAs, version }) =>
    !MAKING.includes(broadcastAs) && (broadcastAs !== "TimeEntryUpdated" || version > 1)
  ),
  "lists-for-all": {
    answer: (right, { database }) => async (request) => {
      const answer = await right(request);
      const table = LISTS.find((one) => new URL(request.url).pathname === `/${one}`);
      if (request.method !== "GET" || table === undefined || !answer.ok) return answer;
      const { data } = await answer.json();
      const all = await database.all(`SELECT id FROM ${table}`);
      return Response.json({ data: { ...data, [table]: all } });
    },
  },
  "comments-counted-ahead": {
    outbox: (right) => ({
      ...right,
      append: (connection, events, now, except) =>
        right.append(connection, events.map(ahead), now, except),
    }),
  },
  "activity-of-others": {
    answer: (right, { database }) => async (request) => {
      const answer = await right(request);
      const { pathname } = new URL(request.url);
      if (!ACTIVITIES.test(`${request.method} ${pathname}`) || answer.status !== 200) return answer;
      const activities = await database.all(
        `SELECT id AS activity_id, type, subject_id, project_id FROM activities
         ORDER BY seq DESC LIMIT 50`,
      );
      return Response.json({ data: { activities } });
    },
  },
  "activity-for-all": {
    answer: (right, { database }) => async (request) => {
      const answer = await right(request);
      const { pathname } = new URL(request.url);
      if (!ACTIVITIES.test(`${request.method} ${pathname}`) || answer.status !== 403) return answer;
      const activities = await database.all(
        `SELECT id AS activity_id, type, subject_id, project_id FROM activities
         ORDER BY seq DESC LIMIT 100`,
      );
      return Response.json({ data: { activities } });
    },
  },
};
