/** What there is beside auctions and orders, put together: clients' affairs, people, figures. */
import { Hono } from "hono";
import type Pusher from "pusher";
import { activityRoutes } from "./activity/routes.ts";
import { announcementRoutes } from "./announcements/routes.ts";
import type { Change } from "./changes.ts";
import type { Config } from "./config.ts";
import type { Connection, Database } from "./database.ts";
import type { MayListen } from "./http/broadcasting.ts";
import type { Known } from "./http/request.ts";
import { portalTestingRoutes } from "./http/testing_portal.ts";
import { createInvoices } from "./invoices/invoices.ts";
import { invoiceRoutes } from "./invoices/routes.ts";
import { broadcastMetrics, heardBy } from "./metrics/broadcast.ts";
import { computeMetrics, cpuMeter } from "./metrics/metrics.ts";
import { metricsRoutes } from "./metrics/routes.ts";
import { notificationRoutes } from "./notifications/routes.ts";
import { createPresence, type Presence } from "./presence/presence.ts";
import { presenceRoutes } from "./presence/routes.ts";
import { createProjects } from "./projects/projects.ts";
import { projectRoutes } from "./projects/routes.ts";
import { repeating } from "./repeating.ts";
import { timeEntryRoutes } from "./time_entries/routes.ts";
import type { Users } from "./users.ts";

export interface Portal {
  readonly routes: Hono<Known>;
  readonly presence: Presence;
  /** Ends what is done by itself, again and again. */
  stop(): Promise<void>;
}

/** What it stands on. */
export interface PortalGround {
  readonly database: Database;
  readonly change: Change;
  readonly mayListen: MayListen;
  readonly users: Users;
  readonly pusher: Pusher;
  readonly clock: () => number;
}

/** How often in a time to live it is looked for those whose time is over. */
const LOOKS = 4;

export function createPortal(
  config: Pick<Config, "presenceMs" | "metricsMs" | "testing">,
  { database, change, mayListen, users, pusher, clock }: PortalGround,
): Portal {
  const presence = createPresence(database, change, config.presenceMs, clock);
  const invoices = createInvoices(change);
  const projects = createProjects(change);
  const busy = cpuMeter();
  const compute = (connection: Connection) => computeMetrics(connection, presence, busy, clock());

  const routes = new Hono<Known>()
    .route("/", activityRoutes(database))
    .route("/", announcementRoutes(database, change))
    .route("/", invoiceRoutes(database, users, invoices))
    .route("/", metricsRoutes(database, compute))
    .route("/", notificationRoutes(database, change))
    .route("/", presenceRoutes(database, presence, mayListen))
    .route("/", projectRoutes(database, users, projects))
    .route("/", timeEntryRoutes(database, change));
  if (config.testing) routes.route("/", portalTestingRoutes(change, invoices, projects));

  const stops = [
    // Where the database is away, the next time it may be there.
    repeating(config.presenceMs / LOOKS, () => presence.expire().catch(() => {})),
    broadcastMetrics(change, compute, heardBy(pusher), config.metricsMs),
  ];
  return {
    routes,
    presence,
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
