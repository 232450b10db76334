/** From a target file to a target: YAML, the environment, zod, and errors that say where. */
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
import { extended } from "../suites/language/extends.ts";
import { loadSource } from "../suites/language/source.ts";
import { parseSelector } from "../suites/wire/exposition.ts";
import { isRecord } from "../suites/wire/frame.ts";
import { api, headers, port, websocket } from "./endpoint.ts";
import { serviceSchema } from "./services.ts";
import { type Environment, fillEnvironment } from "./environment.ts";
import { PEM_FILES, problemOfPem } from "./pem.ts";
import type { App, Endpoint, NodeAddress, Sampled, Start, Target } from "./target.ts";
import { version } from "../suites/language/version.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const app = z.object({ id: z.coerce.string(), key: z.string(), secret: z.string() }).catchall(
  scalar,
);
const node = z.strictObject({
  host: z.string().min(1),
  port,
  apiPort: port.optional().describe("where its HTTP API is, when that is another port"),
});
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
  nodes: z.coerce.number().int().min(1).max(16).default(1).describe(
    "how many nodes: the command is run so often, each time with a $port of its own",
  ),
  proxy: z.strictObject({
    files: z.record(z.string(), z.unknown()).default({}),
    command: z.array(z.string()).min(1),
    environment: z.record(z.string(), z.string()).default({}),
  }).optional().describe(
    "a program before the nodes: it listens at its $port for all, and for each node N, which " +
      "listens at $nodes.N.port, at $nodes.N.door",
  ),
  services: z.record(z.string(), serviceSchema).default({}).describe(
    "containers it stands on: $services.NAME.host and $services.NAME.port",
  ),
});

/** The shape of a target file after the environment has been filled in. */
export const targetSchema = z.strictObject({
  version,
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  websocket,
  api,
  nodes: z.array(node).min(2).optional().describe(
    "where its nodes are, when it has several: reached as websocket and api say, but there",
  ),
  apps: z.record(z.string(), app).refine((apps) => "main" in apps, "expected an app named main"),
  claims: z.array(z.string()).default([]),
  known: z.array(known).default([]),
  ordering: z.enum(["kept", "unknown"]).default("unknown"),
  headers: headers.optional().describe(
    "headers of every upgrade and every request of the API, such as what a gateway asks for",
  ),
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
  resumesWithin: duration.optional().describe(
    "how soon it says that delivery between its nodes resumes after a fault; later is a failure",
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

/** Loads a target file, and the one it extends. Throws `BadFile`. */
export async function loadTarget(
  file: string,
  { started, environment = Deno.env.get }: Loading,
): Promise<Target> {
  const source = await loadSource(file);
  const content = await extended(source, keepDigits);
  const target = readTarget(source, { started, environment }, content);
  for (const endpoint of ["websocket", "api"] as const) {
    for (const [key, holds] of PEM_FILES) {
      const path = target[endpoint][key];
      const problem = path === undefined ? undefined : await problemOfPem(path, holds);
      if (problem === undefined) continue;
      const message = `${key}: ${problem}`;
      throw new BadFile([{ file, ...position(source, [endpoint, key]), message }]);
    }
  }
  return target;
}

/** Parses a target file that has been read. Throws `BadFile` with every problem in it. */
export function readTarget(
  source: Source,
  { started, environment = Deno.env.get }: Loading,
  content?: unknown,
): Target {
  if (content === undefined) keepDigits(source);
  const filled = fillEnvironment(source, environment, content);
  const parsed = targetSchema.safeParse(
    isRecord(filled) ? { ...filled, apps: withoutUnset(filled.apps) } : filled,
  );
  if (!parsed.success) {
    throw new BadFile(problemsOf(source, parsed.error, [], (path) => {
      if (path.length === 0) return Object.keys(targetSchema.shape);
      if (path[0] === "resources") return Object.keys(resources.shape);
      return path[0] === "start"
        ? Object.keys(startSchema.shape)
        : ["scheme", "host", "port", "path", "ca", "certificate", "key"];
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
    ...(params.nodes ? { nodes: params.nodes.map((one) => defined<NodeAddress>(one)) } : {}),
    apps: { ...apps, main },
    claims: params.claims,
    known: params.known.map((entry) => defined(entry)),
    ordering: params.ordering,
    ...(params.headers ? { headers: params.headers } : {}),
    ...(params.webhooks ? { webhooks: params.webhooks } : {}),
    settlesMs: milliseconds(params.settles),
    bounds: {
      ...(params.removesWithin ? { removesWithin: milliseconds(params.removesWithin) } : {}),
      ...(params.resumesWithin ? { resumesWithin: milliseconds(params.resumesWithin) } : {}),
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
