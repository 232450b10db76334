/** Serving as one of several nodes. */
import { deadline } from "@std/async";
import { type Config, ConfigError } from "../config.ts";
import { within } from "../drain.ts";
import type { Listeners } from "../events.ts";
import { type RunningServer, startServer } from "../server.ts";
import type { ScalingConfig } from "./config.ts";
import { openLine } from "./line.ts";
import { createNodeApp } from "./node.ts";

/** Longest that a start waits for Redis. */
const REDIS_MS = 10_000;
/** Longest that an end waits for what other nodes published before it. */
const CATCH_UP_MS = 1000;

/** Resolves when the port is open and Redis, which `open` finds, knows the node. Throws `ConfigError` when no Redis answers. */
export async function startNode(
  config: Config,
  scaling: ScalingConfig,
  events: Listeners,
  open = openLine,
): Promise<RunningServer> {
  const line = open(scaling);
  const apps = config.apps.map((settings) => createNodeApp(settings, line, scaling, events));
  const close = async () => {
    await Promise.all(apps.map((app) => app.stop()));
    line.close();
  };
  try {
    await deadline(line.up, REDIS_MS);
    await Promise.all(apps.map(({ membership }) => membership.join()));
    const server = await startServer(config, apps, { events });
    return {
      ...server,
      async stop(withinMs = 0) {
        server.closeDoor();
        const began = performance.now();
        // Nobody is sent away before he has what was published until now. Without Redis, nothing was.
        await within(line.caughtUp().catch(() => {}), Math.min(withinMs, CATCH_UP_MS));
        await server.stop(Math.max(0, withinMs - (performance.now() - began)));
        await close();
      },
    };
  } catch (error) {
    await close();
    if (!(error instanceof DOMException)) throw error;
    const { host } = new URL(scaling.url);
    throw new ConfigError(`REVERB_SCALING_ENABLED: no Redis answers at ${host}`);
  }
}
