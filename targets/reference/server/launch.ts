/** Bringing a server up as its configuration says: in this thread, in several, as one of several. */
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { combine, type Listeners } from "./events.ts";
import { logListeners } from "./log.ts";
import { type RunningServer, startServer } from "./server.ts";
import { startWorkers, type WorkersServer } from "./workers/start.ts";

/**
 * Starts a server and resolves when its port is open. `listeners` are told what happens on it, in
 * this thread, whichever thread it happened in.
 *
 * @throws what kept it from listening.
 */
export async function launch(config: Config, listeners: Listeners = {}): Promise<RunningServer> {
  if (config.metrics === undefined) return await start(config, undefined, listeners);
  const { launchMeasured } = await import("./launch_measured.ts");
  return await launchMeasured(
    config.metrics,
    (counting) => start(config, counting, listeners),
  );
}

/** `counting` are told what happens in this thread only: others count for themselves. */
async function start(
  config: Config,
  counting: Listeners | undefined,
  listeners: Listeners,
): Promise<RunningServer | WorkersServer> {
  const events = combine(listeners, counting, logListeners());
  if (config.scaling !== undefined) {
    // The client of Redis is large, and most servers are the only one.
    const { startNode } = await import("./nodes/start.ts");
    return await startNode(config, config.scaling, events);
  }
  return config.workers === 1
    ? await startServer(config, config.apps.map((app) => createApp(app, events)), { events })
    : await startWorkers(config, { events, forwarded: listeners });
}
