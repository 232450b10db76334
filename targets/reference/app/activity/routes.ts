/** The activity feed over HTTP: all of it for the staff, a client's own for the client. */
import { Hono } from "hono";
import { z } from "zod";
import { concernsClient, isStaff } from "../access.ts";
import type { Database } from "../database.ts";
import { activeUserOf, HttpError, type Known, notFound, queryOf } from "../http/request.ts";
import { projectRow } from "../projects/rows.ts";
import { type Feed, readFeed } from "./feed.ts";

const query = z.object({
  client_id: z.string().optional(),
  project_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export function activityRoutes(database: Database): Hono<Known> {
  return new Hono<Known>().get("/api/sync/activities", async (asked) => {
    const user = activeUserOf(asked);
    const { client_id, project_id, limit } = queryOf(asked, query);
    let feed: Feed = { of: "all" };
    if (project_id !== undefined) {
      const project = await projectRow(database, project_id) ?? notFound("project");
      feed = { of: "project", clientId: project.clientId, projectId: project_id };
    } else if (client_id !== undefined) feed = { of: "client", clientId: client_id };
    if (feed.of === "all" ? !isStaff(user) : !concernsClient(user, feed.clientId)) {
      throw new HttpError(403, "forbidden", "This feed is for others");
    }
    return asked.json({ data: await readFeed(database, feed, limit) });
  });
}
