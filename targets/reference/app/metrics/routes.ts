/** The metrics as they are now, for the staff: what a dashboard shows before the first event. */
import { Hono } from "hono";
import { isStaff } from "../access.ts";
import type { Connection, Database } from "../database.ts";
import { activeUserOf, HttpError, type Known } from "../http/request.ts";
import { metricsVersion } from "./broadcast.ts";
import type { Metrics } from "./metrics.ts";

export function metricsRoutes(
  database: Database,
  compute: (connection: Connection) => Promise<Metrics>,
): Hono<Known> {
  return new Hono<Known>().get("/api/metrics", async (asked) => {
    if (!isStaff(activeUserOf(asked))) {
      throw new HttpError(403, "forbidden", "Metrics are for the staff");
    }
    const version = await metricsVersion(database);
    return asked.json({
      data: { ...await compute(database), version, updated_at: new Date().toISOString() },
    });
  });
}
