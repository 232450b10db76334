/**
 * Metrics told every few seconds on `private-admin.dashboard`, for as long as somebody listens: the
 * WebSocket server says whether the channel is occupied, and where it is not nothing is computed.
 */
import type Pusher from "pusher";
import type { Change } from "../changes.ts";
import { type Connection, number } from "../database.ts";
import type { BroadcastEvent } from "../events.ts";
import { repeating } from "../repeating.ts";
import type { Metrics } from "./metrics.ts";

export const DASHBOARD = "private-admin.dashboard";
const AGGREGATE = "metrics";

/** Whether anybody listens to the dashboard's channel. */
export type IsHeard = () => Promise<boolean>;

/** Asks the WebSocket server (P-262). */
export const heardBy = (pusher: Pusher): IsHeard => async () => {
  const answer = await pusher.get({ path: `/channels/${DASHBOARD}` });
  if (!answer.ok) return false;
  const { occupied } = await answer.json();
  return occupied === true;
};

const metricsUpdated = (metrics: Metrics, version: number): BroadcastEvent => ({
  aggregate: AGGREGATE,
  version,
  broadcastOn: DASHBOARD,
  broadcastAs: "metrics.updated",
  broadcastWith: { ...metrics },
  broadcastWhen: true,
});

/** Returns its end. Of several processes one tells each time. */
export function broadcastMetrics(
  change: Change,
  compute: (connection: Connection) => Promise<Metrics>,
  isHeard: IsHeard,
  everyMs: number,
): () => Promise<void> {
  const nobody = { userId: "", socketId: null, idempotencyKey: null };

  async function once(): Promise<void> {
    if (!await isHeard()) return;
    await change("tell metrics", nobody, async ({ connection, lock, now, broadcast }) => {
      await connection.all(
        "INSERT INTO metrics_told VALUES ('metrics', 0, 0) ON CONFLICT DO NOTHING",
      );
      const [row] = await connection.all(`SELECT * FROM metrics_told WHERE id = 'metrics'${lock}`);
      // Another process has told them, less than half an interval ago.
      if (now().ms - number(row?.["told_at"]) < everyMs / 2) return { ok: true, value: undefined };
      const version = number(row?.["version"]) + 1;
      await connection.all(
        "UPDATE metrics_told SET version = ?, told_at = ? WHERE id = 'metrics'",
        version,
        now().ms,
      );
      broadcast(metricsUpdated(await compute(connection), version));
      return { ok: true, value: undefined };
    });
  }

  // Where the server or the database is away, the next time it may be there.
  return repeating(everyMs, () => once().catch(() => {}));
}

/** The version of the metrics that were told last. */
export async function metricsVersion(connection: Connection): Promise<number> {
  const [row] = await connection.all("SELECT version FROM metrics_told");
  return row === undefined ? 0 : number(row["version"]);
}
