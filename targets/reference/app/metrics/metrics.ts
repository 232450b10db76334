/** Figures of the business and of the machine, computed from the tables when they are asked for. */
import { cpus } from "node:os";
import { type Connection, number } from "../database.ts";
import type { Presence } from "../presence/presence.ts";

export interface Metrics {
  /** In cents, since midnight UTC: lots that were sold and invoices that were paid. */
  readonly revenue_today: number;
  readonly active_users: number;
  readonly orders_last_hour: number;
  /** Percent of all cores that were busy since the last look. */
  readonly server_cpu: number;
}

const HOUR_MS = 60 * 60 * 1000;

/** `busy` is a meter of this process' own, from `cpuMeter`. */
export async function computeMetrics(
  connection: Connection,
  presence: Presence,
  busy: () => number,
  nowMs: number,
): Promise<Metrics> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const midnight = `${iso(nowMs).slice(0, 10)}T00:00:00.000Z`;
  const sum = async (sql: string, at: string) => number((await connection.all(sql, at))[0]?.["n"]);
  const sold = await sum(
    `SELECT CAST(coalesce(sum(price), 0) AS BIGINT) AS n FROM lots
     WHERE status = 'sold' AND updated_at >= ?`,
    midnight,
  );
  const paid = await sum(
    `SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS n FROM invoices
     WHERE status = 'paid' AND updated_at >= ?`,
    midnight,
  );
  return {
    revenue_today: sold + paid,
    active_users: (await presence.online(undefined, connection)).length,
    orders_last_hour: await sum(
      "SELECT count(*) AS n FROM orders WHERE created_at >= ?",
      iso(nowMs - HOUR_MS),
    ),
    server_cpu: busy(),
  };
}

/** A meter of how busy the machine's cores were between two looks, in percent. */
export function cpuMeter(): () => number {
  const total = () => {
    const times = cpus().map(({ times }) => times);
    const idle = times.reduce((sum, one) => sum + one.idle, 0);
    const all = times.reduce(
      (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
      0,
    );
    return { idle, all };
  };
  let before = total();
  let last = 0;
  return () => {
    const now = total();
    const all = now.all - before.all;
    // Two looks within one tick of the kernel's clock show nothing new.
    if (all > 0) last = Math.round((1 - (now.idle - before.idle) / all) * 1000) / 10;
    before = now;
    return last;
  };
}
