/** Bringing the reference server up until a signal ends it. */
import { readFileSync } from "node:fs";
import { type Config, ConfigError, readConfig, VARIABLES } from "./config.ts";
import { within } from "./drain.ts";
import { launch as launchAsConfigured } from "./launch.ts";
import { logger, printLogs } from "./log.ts";
import { unknownNames } from "./unknown_names.ts";

/** Beyond the configured time it is not worth waiting for anything. */
const GRACE_MS = 3000;

/** A terminal and a task runner both pass one signal on, and no person asks again so soon. */
const TWICE_MS = 500;

/** The names of all `REVERB_` variables, for a server that may not list them; its task sets it. */
const NAMES = "REVERB_NAMES";

/**
 * Listens where the environment says, with the apps of `appsPath` when there is one, and prints
 * one line of JSON. `debug` logs every connection, subscription and message. SIGTERM and SIGINT end
 * it in order, within the configured time, with exit code 0; a second signal ends it at once, with 1.
 *
 * @throws {ConfigError} when the environment or the apps file cannot be used.
 */
export async function serve(
  appsPath: string | undefined,
  { debug = false, launch = launchAsConfigured }: {
    readonly debug?: boolean;
    /** Brings the server up. */
    readonly launch?: (config: Config) => ReturnType<typeof launchAsConfigured>;
  } = {},
): Promise<void> {
  // By name: whoever starts it may allow it these alone.
  const mayReadAll = Deno.permissions.querySync({ name: "env" }).state === "granted";
  const names = VARIABLES.filter((name) => mayReadAll || name.startsWith("REVERB_"));
  const variables = Object.fromEntries(names.map((name) => [name, Deno.env.get(name)]));
  const read = (path: string) => readFileSync(path, "utf8");
  const fromVariables = readConfig(variables, appsPath, read);
  const config: Config = debug ? { ...fromVariables, logLevel: "debug" } : fromVariables;
  // A thread reads the files that it runs, unlike this one, and could only crash.
  const reading = Deno.permissions.querySync({ name: "read", path: import.meta.dirname ?? "" });
  if (config.workers > 1 && reading.state !== "granted") {
    throw new ConfigError(
      "REVERB_SERVER_WORKERS: threads may not read what they run: start it with `deno task serve:files`",
    );
  }
  // The client of Redis looks at all variables, whatever it is asked for.
  if (config.scaling && !mayReadAll) {
    throw new ConfigError(
      "REVERB_SCALING_ENABLED: a node reads the whole environment: start it with `deno task serve:node`",
    );
  }
  if (config.logLevel !== undefined) printLogs(config.logLevel);
  const log = logger("server");
  const given = mayReadAll
    ? Object.keys(Deno.env.toObject())
    : (Deno.env.get(NAMES) ?? "").split(",");
  for (const warning of unknownNames(given, [...VARIABLES, NAMES])) log.warning(warning);
  const server = await launch(config);
  let endingSince: number | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      const now = performance.now();
      if (endingSince !== undefined && now - endingSince < TWICE_MS) return;
      if (endingSince !== undefined) Deno.exit(1);
      endingSince = now;
      log.info("ending", { signal, withinSeconds: config.drainSeconds });
      const drainMs = config.drainSeconds * 1000;
      void within(server.stop(drainMs), drainMs + GRACE_MS).then((done) => Deno.exit(done ? 0 : 1));
    });
  }
  const { host, port, tls, metricsPort } = server;
  const metrics = metricsPort === undefined ? {} : { metrics: { port: metricsPort } };
  console.log(JSON.stringify({ listening: { host, port, tls }, ...metrics }));
}
