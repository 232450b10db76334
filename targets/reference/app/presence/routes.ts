/** The presence service over HTTP: `/api/sync/…`. */
import { Hono } from "hono";
import { z } from "zod";
import { isStaff } from "../access.ts";
import type { MayListen } from "../http/broadcasting.ts";
import type { Database } from "../database.ts";
import { activeUserOf, bodyOf, callerOf, HttpError, type Known, queryOf } from "../http/request.ts";
import type { User } from "../users.ts";
import type { Presence, Present } from "./presence.ts";

const RESOURCES = ["client", "project", "invoice", "documents"] as const;
const resource = z.object({
  resource_type: z.enum(RESOURCES),
  resource_id: z.string().regex(/^[\w-]{1,100}$/, "expected an id"),
});

/** Where somebody is and what he looks at is for the staff. */
const described = (user: User, { userId, name, location, viewing, lastSeenMs }: Present) => ({
  id: userId,
  name,
  last_seen_at: new Date(lastSeenMs).toISOString(),
  ...(isStaff(user) ? { location, viewing } : {}),
});

export function presenceRoutes(
  database: Database,
  presence: Presence,
  mayListen: MayListen,
): Hono<Known> {
  /** Who may look at something may hear of it, by the one table of rules. */
  async function mayView(user: User, said: z.output<typeof resource>): Promise<void> {
    const channel = `private-${said.resource_type}.${said.resource_id}`;
    if (!await mayListen(user, channel, database)) {
      throw new HttpError(404, "not_found", `There is no such ${said.resource_type}`);
    }
  }

  const answered = ({ status, version, lastSeenMs }: Present) => ({
    data: { status, version, last_seen_at: new Date(lastSeenMs).toISOString() },
  });

  return new Hono<Known>()
    .post("/api/sync/heartbeat", async (asked) => {
      const user = activeUserOf(asked);
      const said = await bodyOf(asked, z.object({ location: z.string().max(100).optional() }));
      return asked.json(
        answered(await presence.heartbeat(callerOf(asked, user), said.location)),
      );
    })
    .get("/api/sync/online-users", async (asked) => {
      const user = activeUserOf(asked);
      const said = queryOf(asked, resource.partial());
      const { resource_type, resource_id } = said;
      if ((resource_type === undefined) !== (resource_id === undefined)) {
        throw new HttpError(422, "invalid", "resource_type and resource_id come together");
      }
      if (resource_type === undefined || resource_id === undefined) {
        const users = await presence.online();
        return asked.json({ data: { users: users.map((one) => described(user, one)) } });
      }
      await mayView(user, { resource_type, resource_id });
      const users = await presence.online({ type: resource_type, id: resource_id });
      return asked.json({ data: { users: users.map((one) => described(user, one)) } });
    })
    .post("/api/sync/start-viewing", async (asked) => {
      const user = activeUserOf(asked);
      const said = await bodyOf(asked, resource);
      await mayView(user, said);
      const viewing = { type: said.resource_type, id: said.resource_id };
      return asked.json(answered(await presence.view(callerOf(asked, user), viewing)));
    })
    .post("/api/sync/stop-viewing", async (asked) => {
      const user = activeUserOf(asked);
      return asked.json(answered(await presence.view(callerOf(asked, user), null)));
    });
}
