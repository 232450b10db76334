/** Bringing a server up as its configuration says: in this thread, or in several. */
import type { Config } from "./config.ts";
import { type RunningServer, startServer } from "./server.ts";
import { startWorkers } from "./workers/start.ts";

/** Resolves when the port is open. */
export function launch(config: Config): Promise<RunningServer> {
  return config.workers === 1 ? startServer(config) : startWorkers(config);
}
