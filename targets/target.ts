/** A server under test, after its file has been parsed. */
import type { Credentials } from "../suites/wire/signature.ts";
import type { Service } from "./services.ts";
import type { Cause } from "../suites/record/verdict.ts";

export interface Endpoint {
  readonly scheme: "ws" | "wss" | "http" | "https";
  readonly host: string;
  readonly port: number;
  /** Prefix before `/app/…` or `/apps/…`; empty for none. */
  readonly path: string;
  /** PEM file of a private certificate authority. */
  readonly ca?: string;
  /** PEM files of the certificate that this client shows, and of its key. */
  readonly certificate?: string;
  readonly key?: string;
}

/** One application on the server; scenarios ask for apps by name (`main`, `second`, `quota`…). */
export interface App extends Credentials {
  readonly name: string;
  readonly id: string;
  /** What the file says of it, for scenarios to read as `$app.activityTimeout` and the like. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

/** A deviation the target file admits to; it stays in the denominator. */
export interface Known {
  readonly requirement: string;
  /** Limits the entry to scenarios matching this glob. */
  readonly scenario?: string;
  readonly reason: string;
  readonly cause: Cause;
}

/** How to bring the server up; strings may hold `${port}` and what else `targets/start.ts` offers. */
export interface Start {
  /** Commands that make the server available, run once when `when` does not exist. */
  readonly install?: { readonly unless: string; readonly run: readonly (readonly string[])[] };
  /** Files to write first, name to content; each is then `${file.NAME}`. */
  readonly files: Readonly<Record<string, unknown>>;
  /** The image the command is run in, on this machine's network; without it, it is run as it is. */
  readonly image?: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly readyMs: number;
  readonly stop: "SIGTERM" | "SIGKILL";
  /** How many nodes: programs of this command, each on a port of its own. */
  readonly nodes?: number;
  /** What stands before the nodes: it listens at `$port` for all, at `$nodes.N.door` for one. */
  readonly proxy?: Pick<Start, "files" | "command" | "environment">;
  /** Containers that the server stands on: `$services.NAME.host` and `$services.NAME.port`. */
  readonly services?: Readonly<Record<string, Service>>;
}

/** An endpoint in Prometheus's text format, and what is taken from it: a name to a selector. */
export interface Prometheus {
  readonly url: string;
  readonly queries: Readonly<Record<string, string>>;
}

/** Where to read what the server uses while a load runs. */
export interface Sampled {
  readonly pid?: number;
  /** A file that holds it; read again each time, so that a restart is followed. */
  readonly pidFile?: string;
  /** A TCP port of this machine that it listens on. */
  readonly port?: number;
  /** A container's name or id. */
  readonly container?: string;
  readonly prometheus?: Prometheus;
  /** The URL of a Redis that it stands on. */
  readonly redis?: string;
}

/** One of several nodes of a server: reached as the file says, at an address of its own. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  /** Where its HTTP API is, when that is another port. */
  readonly apiPort?: number;
}

export interface Endpoints {
  readonly websocket: Endpoint;
  readonly api: Endpoint;
}

export interface Target {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly websocket: Endpoint;
  readonly api: Endpoint;
  /** The nodes of a running server, when it has several. */
  readonly nodes?: readonly NodeAddress[];
  readonly apps: Readonly<Record<string, App>> & { readonly main: App };
  /** Opt-in features offered, and hosted limits (requirement ids) the server claims to keep. */
  readonly claims: readonly string[];
  readonly known: readonly Known[];
  /** `kept`: events published one after another on one connection arrive in that order, so a fence proves absence. */
  readonly ordering: "kept" | "unknown";
  /** Headers of every upgrade and every request of the API. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where an already running server sends its webhooks. */
  readonly webhooks?: { readonly host: string; readonly port: number };
  /** Most connections a run may hold at once; unlimited without it. */
  readonly maxConnections?: number;
  /** How much longer than its deadline something that must come is waited for, in milliseconds. */
  readonly settlesMs: number;
  /**
   * What the file states, in milliseconds: how soon a lost connection is noticed, how soon delivery
   * between nodes resumes after a fault, how old channel lists and counts may be.
   */
  readonly bounds: {
    readonly removesWithin?: number;
    readonly resumesWithin?: number;
    readonly staleness?: number;
  };
  /** Local addresses that a load dials from, in turn. */
  readonly sources?: readonly string[];
  /** A name in `targets/applications/`, or a file. */
  readonly application?: string;
  readonly resources?: Sampled;
  readonly start?: Start;
}

/** Where each node of a running server is reached; one where the file names no nodes. */
export function nodesOf({ nodes, websocket, api }: Target): readonly Endpoints[] {
  return nodes === undefined
    ? [{ websocket, api }]
    : nodes.map(({ host, port, apiPort = port }) => ({
      websocket: { ...websocket, host, port },
      api: { ...api, host, port: apiPort },
    }));
}

/** Base URL of an endpoint, without a trailing slash. */
export function baseUrl(endpoint: Endpoint): string {
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.scheme}://${host}:${endpoint.port}${endpoint.path.replace(/\/$/, "")}`;
}

/** Shorter values of headers are words such as `https`, which no report may lose. */
const LEAST_SECRET = 12;

/** What no report may tell: the apps' secrets, and values of headers that may be some. */
export function secretsOf({ apps, headers = {} }: Pick<Target, "apps" | "headers">): string[] {
  return [
    ...Object.values(apps).map(({ secret }) => secret),
    ...Object.values(headers).filter((value) => value.length >= LEAST_SECRET),
  ];
}
