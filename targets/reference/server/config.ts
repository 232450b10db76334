/** The server's configuration: Reverb's environment variables, and a file for many apps. */
import { z } from "zod";
import { type LogLevel, logLevels } from "./log.ts";
import { flag, type ScalingConfig, scalingOf, scalingVariables } from "./nodes/config.ts";
import { type AppSettings, appSettings, appsFile } from "./settings.ts";

export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Begins every path, `/app/{key}` and `/apps/{id}/…` alike: empty, or with a slash before it. */
  readonly path: string;
  /** PEM text; present when the server speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * TCP connections held at once; more are reset. Must stay below the process's limit of open
   * files: at that limit the runtime stops accepting and does not start again.
   */
  readonly maxSockets: number;
  /** Threads that hold sockets; with one, everything is done in the main thread. */
  readonly workers: number;
  /** How long a server that ends takes at most to say goodbye and finish what it began. */
  readonly drainSeconds: number;
  /** Where metrics are served; they are not counted without it. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** What a process of its own prints; whoever embeds a server configures LogTape instead. */
  readonly logLevel?: LogLevel;
  /** Bytes of one HTTP API request's body. */
  readonly maxRequestBytes: number;
  /** Where the server is one of several nodes. */
  readonly scaling?: ScalingConfig;
  readonly apps: readonly AppSettings[];
}

/** A mistake in the configuration, told in words its author can act on. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const text = z.string().min(1);
const whole = z.string().regex(/^\d+$/, "must be a whole number").transform(Number);
const seconds = z.string().regex(/^\d+(\.\d+)?$/, "must be a number of seconds").transform(Number);

const environment = z.object({
  REVERB_SERVER_HOST: text.default("127.0.0.1"),
  REVERB_SERVER_PORT: whole.pipe(z.number().max(65535)).default(8080),
  REVERB_SERVER_PATH: z.string().regex(/^\/?[^?#\s]*$/, "must be a path").optional(),
  REVERB_SERVER_TLS_CERT: text.optional(),
  REVERB_SERVER_TLS_KEY: text.optional(),
  REVERB_SERVER_WORKERS: whole.pipe(z.number().positive().max(256)).default(1),
  REVERB_SERVER_MAX_SOCKETS: whole.pipe(z.number().positive()).default(16_000),
  REVERB_SERVER_DRAIN_SECONDS: seconds.default(8),
  REVERB_SERVER_METRICS_HOST: text.default("127.0.0.1"),
  REVERB_SERVER_METRICS_PORT: whole.pipe(z.number().max(65535)).optional(),
  REVERB_SERVER_LOG_LEVEL: z.enum(logLevels).default("info"),
  REVERB_MAX_REQUEST_SIZE: whole.pipe(z.number().positive()).default(1024 * 1024),
  ...scalingVariables,
  REVERB_APP_ID: text.default("app-id"),
  REVERB_APP_KEY: text.default("app-key"),
  REVERB_APP_SECRET: text.default("app-secret"),
  REVERB_APP_ACTIVITY_TIMEOUT: whole.optional(),
  REVERB_APP_PING_INTERVAL: seconds.optional(),
  REVERB_APP_PING_TIMEOUT: seconds.optional(),
  REVERB_APP_MAX_CONNECTIONS: whole.optional(),
  REVERB_APP_MAX_MESSAGE_SIZE: whole.optional(),
  REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: z.enum(["all", "members", "none"]).optional(),
  REVERB_APP_ALLOWED_ORIGINS: text.optional(),
  REVERB_APP_RATE_LIMITING_ENABLED: flag.default(false),
  REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: whole.pipe(z.number().positive()).default(60),
  REVERB_APP_RATE_LIMIT_DECAY_SECONDS: seconds.pipe(z.number().positive()).default(60),
  REVERB_APP_RATE_LIMIT_TERMINATE: flag.default(false),
});

/** Every variable that is read. */
export const VARIABLES: readonly string[] = Object.keys(environment.shape);

/**
 * Reads the configuration from environment variables and, when named, an apps file that takes the
 * place of the `REVERB_APP_*` variables. `readFile` returns a file's text.
 *
 * @throws {ConfigError} naming the variable or the place in the file, and what it should be.
 */
export function readConfig(
  variables: Readonly<Record<string, string | undefined>>,
  appsPath: string | undefined,
  readFile: (path: string) => string,
): Config {
  // An empty variable means "not set", as shells and compose files leave them.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const env = checked("environment", environment.safeParse(given));
  const { REVERB_SERVER_TLS_CERT: cert, REVERB_SERVER_TLS_KEY: key } = env;
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigError("REVERB_SERVER_TLS_CERT and REVERB_SERVER_TLS_KEY go together: set both");
  }
  const scaling = scalingOf(env);
  if (scaling !== undefined && env.REVERB_SERVER_WORKERS > 1) {
    throw new ConfigError(
      "REVERB_SERVER_WORKERS must be 1 with REVERB_SCALING_ENABLED: start a node for each core",
    );
  }
  return {
    host: env.REVERB_SERVER_HOST,
    port: env.REVERB_SERVER_PORT,
    path: pathOf(env.REVERB_SERVER_PATH ?? ""),
    ...(cert !== undefined && key !== undefined
      ? { tls: { cert: contents(cert, readFile), key: contents(key, readFile) } }
      : {}),
    maxSockets: env.REVERB_SERVER_MAX_SOCKETS,
    workers: env.REVERB_SERVER_WORKERS,
    drainSeconds: env.REVERB_SERVER_DRAIN_SECONDS,
    ...(env.REVERB_SERVER_METRICS_PORT === undefined ? {} : {
      metrics: { host: env.REVERB_SERVER_METRICS_HOST, port: env.REVERB_SERVER_METRICS_PORT },
    }),
    logLevel: env.REVERB_SERVER_LOG_LEVEL,
    maxRequestBytes: env.REVERB_MAX_REQUEST_SIZE,
    ...(scaling === undefined ? {} : { scaling }),
    apps: appsPath === undefined ? [appOf(env)] : appsFrom(appsPath, readFile),
  };
}

/** `ws`, `/ws` and `/ws/` are the same. */
function pathOf(given: string): string {
  const path = given.replace(/^\/+|\/+$/g, "");
  return path === "" ? "" : `/${path}`;
}

function appOf(env: z.infer<typeof environment>): AppSettings {
  return checked(
    "environment",
    appSettings.safeParse({
      id: env.REVERB_APP_ID,
      key: env.REVERB_APP_KEY,
      secret: env.REVERB_APP_SECRET,
      activityTimeoutSeconds: env.REVERB_APP_ACTIVITY_TIMEOUT,
      pingIntervalSeconds: env.REVERB_APP_PING_INTERVAL,
      pongTimeoutSeconds: env.REVERB_APP_PING_TIMEOUT,
      maxConnections: env.REVERB_APP_MAX_CONNECTIONS,
      maxMessageBytes: env.REVERB_APP_MAX_MESSAGE_SIZE,
      clientEvents: env.REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM,
      ...(env.REVERB_APP_RATE_LIMITING_ENABLED
        ? {
          rateLimit: {
            messages: env.REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS,
            seconds: env.REVERB_APP_RATE_LIMIT_DECAY_SECONDS,
            terminate: env.REVERB_APP_RATE_LIMIT_TERMINATE,
          },
        }
        : {}),
      allowedOrigins: env.REVERB_APP_ALLOWED_ORIGINS?.split(",").map((origin) => origin.trim()),
    }),
  );
}

function appsFrom(path: string, readFile: (path: string) => string): AppSettings[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(contents(path, readFile));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path} is not JSON: ${(error as SyntaxError).message}`); // JSON.parse throws nothing else
  }
  return checked(path, appsFile.safeParse(parsed));
}

function contents(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new ConfigError(`may not read ${path}: start it with \`deno task serve:files\``);
    }
    throw new ConfigError(
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checked<T>(where: string, result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data;
  throw new ConfigError(
    `${where} is not a valid configuration:\n${z.prettifyError(result.error)}`,
  );
}
