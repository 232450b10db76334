/** From a target file to a target: YAML, the environment, zod, and errors that say where. */
import net from "node:net";
import { basename } from "@std/path";
import { isMap, isScalar, visit } from "yaml";
import { z } from "zod";
import { UsageError } from "../suites/record/usage_error.ts";
import {
  BadFile,
  didYouMean,
  position,
  problemsOf,
  type Source,
} from "../suites/language/bad_file.ts";
import { REQUIREMENT_ID } from "../suites/record/requirement.ts";
import { duration, milliseconds } from "../suites/language/duration.ts";
import { loadSource } from "../suites/language/source.ts";
import { parseSelector } from "../suites/wire/exposition.ts";
import { isRecord } from "../suites/wire/frame.ts";
import { type Environment, fillEnvironment } from "./environment.ts";
import type { App, Endpoint, Sampled, Start, Target } from "./target.ts";
import { version } from "../suites/language/version.ts";

const found = (value: unknown) => `found ${JSON.stringify(value)}`;
const port = z.preprocess(
  (value) => typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value,
  z.number({ error: ({ input }) => `expected a port from 1 to 65535, ${found(input)}` })
    .int().min(1).max(65535),
);
const host = z.string().min(1).transform((text) => text.replace(/^\[(.*)\]$/, "$1")).refine(
  (text) => net.isIPv6(text) || /^[^\s:/?#@[\]]+$/.test(text),
  {
    error: ({ input }) =>
      `expected a host such as "ws.example.com" or "::1", without scheme, port and path; ${
        found(input)
      }`,
  },
);
const place = {
  host,
  port,
  path: z.string().regex(/^(\/.*)?$/, {
    error: ({ input }) => `expected a path that begins with "/", such as "/ws"; ${found(input)}`,
  }).default(""),
  ca: z.string().optional().transform((path) => path === "" ? undefined : path)
    .describe("a PEM file of certificates to trust; empty for none"),
};
// One variable may name the scheme of both endpoints, as Reverb's own configuration does.
const websocket = z.strictObject({
  scheme: z.enum(["ws", "wss", "http", "https"])
    .transform((scheme): "ws" | "wss" => scheme === "wss" || scheme === "https" ? "wss" : "ws"),
  ...place,
});
const api = z.strictObject({ scheme: z.enum(["http", "https"]), ...place });
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const app = z.object({ id: z.coerce.string(), key: z.string(), secret: z.string() }).catchall(
  scalar,
);
const known = z.strictObject({
  requirement: z.string().regex(REQUIREMENT_ID),
  scenario: z.string().optional(),
  reason: z.string().min(1),
  cause: z.enum(["implementation", "configuration", "absent feature"]).default("implementation"),
});
/** A value that an environment variable may leave empty, for none. */
const unlessEmpty = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value === "" ? undefined : value, schema.optional());
const selector = z.string().refine(isSelector, {
  error: 'expected a metric with labels, such as connections{kind="ws"}',
});
const resources = z.strictObject({
  pid: unlessEmpty(z.coerce.number().int().min(1)).describe("the server's first process"),
  pidFile: unlessEmpty(z.string()).describe("a file that holds its pid"),
  port: unlessEmpty(port).describe("a port of this machine that the server listens on"),
  container: unlessEmpty(z.string()).describe("the name or id of the container it runs in"),
  prometheus: z.strictObject({
    url: unlessEmpty(z.url({ protocol: /^https?$/ })),
    queries: z.record(z.string(), selector),
  }).optional().describe("an endpoint that Prometheus would scrape, and what to take from it"),
  redis: unlessEmpty(z.url({ protocol: /^rediss?$/ })).describe(
    "a Redis that the server stands on",
  ),
}).refine(
  ({ pid, pidFile, port }) => [pid, pidFile, port].filter((one) => one !== undefined).length < 2,
  "expected one of pid, pidFile and port",
);

export const startSchema = z.strictObject({
  apps: z.record(z.string(), app).default({}),
  install: z.strictObject({ unless: z.string(), run: z.array(z.array(z.string()).min(1)) })
    .optional(),
  files: z.record(z.string(), z.unknown()).default({}),
  image: z.string().optional().transform((image) => image === "" ? undefined : image)
    .describe("an image of Docker's to run the command in; empty for none"),
  command: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
  readyMs: z.number().int().default(20_000),
  stop: z.enum(["SIGTERM", "SIGKILL"]).default("SIGTERM"),
});

/** The shape of a target file after the environment has been filled in. */
export const targetSchema = z.strictObject({
  version,
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  websocket,
  api,
  apps: z.record(z.string(), app).refine((apps) => "main" in apps, "expected an app named main"),
  claims: z.array(z.string()).default([]),
  known: z.array(known).default([]),
  ordering: z.enum(["kept", "unknown"]).default("unknown"),
  webhooks: z.strictObject({ host: z.string(), port }).optional(),
  maxConnections: z.coerce.number().int().min(2).optional().describe(
    "how many connections it may be asked to hold at once, the one that watches it included",
  ),
  settles: duration.default("20s").describe(
    "how long something that must come is still waited for after its deadline; what comes then is late",
  ),
  removesWithin: duration.optional().describe(
    "how soon it says it notices a lost connection; a member that stays longer is a failure",
  ),
  staleness: duration.optional().describe(
    "how old it says that its channel lists and counts may be; as long as it settles without it",
  ),
  sources: z.array(z.union([z.ipv4(), z.ipv6()], "expected an address of this machine")).min(1)
    .optional()
    .describe(
      "local addresses that a load dials from, in turn: each has some 28,000 ports for one server",
    ),
  application: z.string().optional().describe(
    "the application that broadcasts through it: a name in targets/applications/ or a file",
  ),
  resources: resources.optional(),
  start: startSchema.optional(),
});

/**
 * Finds `reverb` in `targets/`, and takes anything that looks like a path as one. An application is
 * found in its folder the same way. Throws `UsageError` for a name that is not there.
 */
export function targetPath(nameOrFile: string, folder: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrFile)) return nameOrFile;
  const names = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".yaml"))
    .map(({ name }) => name.slice(0, -".yaml".length)).sort();
  if (names.includes(nameOrFile)) return `${folder}/${nameOrFile}.yaml`;
  const kind = basename(folder).replace(/s$/, "");
  throw new UsageError(
    `there is no ${kind} "${nameOrFile}".${didYouMean(nameOrFile, names)}`,
    "PLB_UNKNOWN_NAME",
  );
}

export interface Loading {
  /** Whether Plumbline will start the server: only then are the apps under `start` there. */
  readonly started: boolean;
  readonly environment?: Environment;
}

/** Loads a target file. Throws `BadFile`. */
export async function loadTarget(
  file: string,
  { started, environment = Deno.env.get }: Loading,
): Promise<Target> {
  const source = await loadSource(file);
  const target = readTarget(source, { started, environment });
  for (const endpoint of ["websocket", "api"] as const) {
    const { ca } = target[endpoint];
    const problem = ca === undefined ? undefined : await problemOfAuthority(ca);
    if (problem === undefined) continue;
    throw new BadFile([{ file, ...position(source, [endpoint, "ca"]), message: `ca: ${problem}` }]);
  }
  return target;
}

/** What is wrong with a file of certificates; `undefined` where nothing is. */
async function problemOfAuthority(ca: string): Promise<string | undefined> {
  try {
    const isPem = (await Deno.readTextFile(ca)).includes("-----BEGIN CERTIFICATE-----");
    return isPem ? undefined : `${ca} holds no certificate in PEM`;
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : String(cause);
    return `${ca} cannot be read: ${reason}`;
  }
}

/** Parses a target file that has been read. Throws `BadFile` with every problem in it. */
export function readTarget(
  source: Source,
  { started, environment = Deno.env.get }: Loading,
): Target {
  keepDigits(source);
  const filled = fillEnvironment(source, environment);
  const parsed = targetSchema.safeParse(
    isRecord(filled) ? { ...filled, apps: withoutUnset(filled.apps) } : filled,
  );
  if (!parsed.success) {
    throw new BadFile(problemsOf(source, parsed.error, [], (path) => {
      if (path.length === 0) return Object.keys(targetSchema.shape);
      if (path[0] === "resources") return Object.keys(resources.shape);
      return path[0] === "start"
        ? Object.keys(startSchema.shape)
        : ["scheme", "host", "port", "path", "ca"];
    }));
  }
  const params = parsed.data;
  const offered = started ? { ...params.apps, ...params.start?.apps } : params.apps;
  const apps = Object.fromEntries(
    Object.entries(offered).map((
      [name, { id, key, secret, ...settings }],
    ): [string, App] => [name, { name, id, key, secret, settings }]),
  );
  const { main } = apps;
  if (!main) throw new Error("the schema lets no file without a main app pass");
  return {
    name: params.name,
    title: params.title,
    file: source.file,
    websocket: defined<Endpoint>(params.websocket),
    api: defined<Endpoint>(params.api),
    apps: { ...apps, main },
    claims: params.claims,
    known: params.known.map((entry) => defined(entry)),
    ordering: params.ordering,
    ...(params.webhooks ? { webhooks: params.webhooks } : {}),
    settlesMs: milliseconds(params.settles),
    bounds: {
      ...(params.removesWithin ? { removesWithin: milliseconds(params.removesWithin) } : {}),
      ...(params.staleness ? { staleness: milliseconds(params.staleness) } : {}),
    },
    ...(params.maxConnections ? { maxConnections: params.maxConnections } : {}),
    ...(params.sources ? { sources: params.sources } : {}),
    ...(params.application ? { application: params.application } : {}),
    ...(params.resources ? { resources: sampled(params.resources) } : {}),
    ...(params.start ? { start: defined<Start>(params.start) } : {}),
  };
}

function sampled({ prometheus, ...others }: z.infer<typeof resources>): Sampled {
  const url = prometheus?.url;
  return {
    ...defined<Sampled>(others),
    ...(prometheus && url ? { prometheus: { url, queries: prometheus.queries } } : {}),
  };
}

function isSelector(text: string): boolean {
  try {
    parseSelector(text);
    return true;
  } catch {
    return false;
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** zod gives optional keys as possibly `undefined`; downstream a key is there or it is not. */
export function defined<T>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== undefined),
  ) as Defined<T> as T; // the filter removed every undefined
}

/**
 * Ids, keys and secrets of digits are text to Plumbline and numbers to YAML, which would drop zeros
 * in front and round long ones: they are taken as they are written.
 */
function keepDigits({ document }: Source): void {
  for (const path of [["apps"], ["start", "apps"]]) {
    const apps = document.getIn(path, true);
    if (!isMap(apps)) continue;
    visit(apps, {
      Pair: (_, { key, value }) => {
        if (!isScalar(key) || !CREDENTIALS.has(String(key.value)) || !isScalar(value)) return;
        if (typeof value.value === "number") value.value = value.source ?? String(value.value);
      },
    });
  }
}

const CREDENTIALS = new Set(["id", "key", "secret"]);

/** An app whose id, key or secret came out empty is one the target does not offer. */
function withoutUnset(apps: unknown): unknown {
  if (!isRecord(apps)) return apps;
  return Object.fromEntries(
    Object.entries(apps).filter(([, app]) =>
      !isRecord(app) || (app.id !== "" && app.key !== "" && app.secret !== "")
    ),
  );
}
