/** A server that is counted for Prometheus. Loaded only where metrics are on. */
import type { Config } from "./config.ts";
import type { Listeners } from "./events.ts";
import { createMetrics } from "./metrics.ts";
import { startMetricsServer } from "./metrics_server.ts";
import type { RunningServer } from "./server.ts";
import type { WorkersServer } from "./workers/start.ts";

/** Starts the server, then the port at `at` with the counts of all its threads. */
export async function launchMeasured(
  at: NonNullable<Config["metrics"]>,
  start: (counting: Listeners) => Promise<RunningServer | WorkersServer>,
): Promise<RunningServer> {
  const metrics = createMetrics();
  const server = await start(metrics.listeners);
  const ofWorkers = "counts" in server ? server.counts : () => [];
  let ending = false;
  const closeDoor = () => {
    ending = true;
    server.closeDoor();
  };
  const port = await startMetricsServer(
    at,
    () => Promise.all([metrics.counts(), ...ofWorkers()]),
    () => ending,
  ).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    ...server,
    metricsPort: port.port,
    closeDoor,
    async stop(withinMs) {
      closeDoor();
      await server.stop(withinMs);
      port.stop();
      metrics.stop();
    },
  };
}
