/** Starting a server from its target file, watching it, and stopping it. */
import { PlumblineError } from "../suites/record/errors.ts";
import { fromFileUrl } from "@std/path";
import { fill } from "../suites/language/variables.ts";
import { accepting } from "./accepting.ts";
import { type Child, startContainer, startProcess } from "./child.ts";
import { groupOf } from "./group.ts";
import { openPath, type Path } from "./path.ts";
import { type RunningServices, serviceSetting, startServices } from "./services.ts";
import { appSetting, nodeSetting } from "./settings.ts";
import type { Endpoints, Start, Target } from "./target.ts";

/** What Plumbline started and can end. */
export interface Running {
  readonly pid: number;
  /** The id of the container it runs in. */
  readonly container?: string | undefined;
  /** Settles when the process has ended, asked for or not. */
  readonly ended: Promise<
    { readonly code: number; readonly signal: string | null; readonly lastWords: string }
  >;
  /** True once `stop` was called: its end was wanted. */
  readonly stopping: boolean;
  /** What it has printed so far, both streams; of a talkative one the last part. */
  output(): string;
  /** Asks it to end, politely if the target file says so, and waits; one that does not is killed after `graceMs`. */
  stop(signal?: "SIGTERM" | "SIGKILL", graceMs?: number): Promise<void>;
}

/** One program. */
export interface Program extends Running {
  /** Has it do nothing, and hear of nothing, until it is thawed. */
  freeze(): void;
  thaw(): void;
}

export interface ServerNode {
  /** Where it is reached. */
  readonly endpoints: Endpoints;
  /** What runs there now. */
  readonly program: Program;
  /** Its own path to the service named `broker`, where faults were asked for and the file names one. */
  readonly path: Path | undefined;
  /** Asks it to end, waits for that, and starts it again at its address. Throws `CannotStart`. */
  restart(): Promise<void>;
}

export interface ServerProcess extends Running {
  /** Of what stands before its nodes, else of the first. */
  readonly endpoints: Endpoints;
  /** Its nodes, one or several. */
  readonly nodes: readonly ServerNode[];
  /** Containers it stands on. */
  readonly services: RunningServices | undefined;
  /** Once it has ended: starts it again, at the same address. Throws `CannotStart`. */
  startAgain(): Promise<void>;
}

/** The server did not come up: exit code 3. */
export class CannotStart extends PlumblineError {
  override readonly name = "CannotStart";
  constructor(message: string, options?: ErrorOptions) {
    super("PLB_CANNOT_START", message, options);
  }
}

const HOST = "127.0.0.1";
/** Characters of what a program said last that are told. */
export const LAST_WORDS = 4096;
/** How long a program may take to end when it is asked to. */
const GRACE_MS = 10_000;
/** Characters of output that are kept. */
const OUTPUT = 512 * 1024;

/** The folder of this project, wherever its user stands: `$plumbline` in files. */
export const PLUMBLINE = fromFileUrl(new URL("..", import.meta.url)).replace(/\/$/, "");

/** A port that is free at this moment. */
export function freePort(host = HOST): number {
  return freePorts(1, host)[0]!; // one was asked for
}

/** Ports that this process has given to somebody, who may not listen on them yet. */
const given = new Set<number>();

/** So many ports that are free at this moment, each another, and given to nobody before. */
function freePorts(count: number, host = HOST): number[] {
  const ports: number[] = [];
  while (ports.length < count) {
    const listener = Deno.listen({ hostname: host, port: 0 });
    const { port } = listener.addr as Deno.NetAddr; // a TCP listener's address
    listener.close();
    if (given.has(port)) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** The service that nodes share, by the name it has in target files. */
const BROKER = "broker";

/**
 * Starts the server, each node on a free port, and waits until it accepts connections. `webhookUrl` is
 * what the target file may hand to it as `${webhookUrl}`. With `faults`, each node is told that its
 * broker is where a path of its own begins. Throws `CannotStart` with its last words.
 */
export async function startServer(
  target: Target,
  webhookUrl: string,
  { faults = false }: { readonly faults?: boolean } = {},
): Promise<ServerProcess> {
  const { start } = target;
  if (!start) {
    throw new CannotStart(
      `${target.file} has no "start": add one, or start the server yourself and leave out --start`,
    );
  }
  const { nodes = 1, services: needed = {}, proxy } = start;
  const reachedAt = (port: number): Endpoints => ({
    websocket: { ...target.websocket, host: HOST, port },
    api: { ...target.api, host: HOST, port },
  });
  const ports = freePorts(proxy ? 2 * nodes + 1 : nodes);
  const at = ports.slice(0, nodes).map((port, n) => ({ port, door: ports[nodes + n] ?? port }));
  const front = ports[2 * nodes] ?? at[0]!.door; // a server has a node
  let services: RunningServices | undefined;
  let paths: readonly Path[] = [];
  const lookup = (name: string, path?: Path) =>
    name === "webhookUrl"
      ? webhookUrl
      : path && name === `services.${BROKER}.host`
      ? path.host
      : path && name === `services.${BROKER}.port`
      ? path.port
      : name.startsWith("services.")
      ? serviceSetting(services, name)
      : name.startsWith("nodes.")
      ? nodeSetting(at, name)
      : appSetting(target, name);

  const startNode = (n: number) =>
    startProgram(target.title, start, at[n]!.port, (name) => lookup(name, paths[n])); // as many
  async function endServices() {
    await Promise.all(paths.map((path) => path.close()));
    paths = [];
    await services?.stop();
    services = undefined;
  }

  async function launch() {
    if (Object.keys(needed).length > 0) services ??= await startServices(needed, target.title);
    const broker = services?.at[BROKER];
    if (faults && broker && paths.length === 0) {
      paths = await Promise.all(at.map(() => openPath(broker)));
    }
    const commands = at.map((_, n) => startNode(n));
    if (proxy) {
      const { readyMs } = start!; // there is one: see above
      const before: Start = { ...proxy, readyMs, stop: "SIGTERM" };
      commands.push(startProgram(`what stands before ${target.title}`, before, front, lookup));
    }
    const started = await Promise.allSettled(commands);
    const programs = started.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const failed = started.find((one) => one.status === "rejected");
    const [first, ...others] = programs.slice(0, nodes);
    if (failed || first === undefined) {
      await Promise.all(programs.map((program) => program.stop("SIGKILL")));
      await endServices();
      throw failed?.reason;
    }
    return groupOf([first, ...others], programs[nodes]);
  }

  let running = await launch();
  return {
    endpoints: reachedAt(front),
    get nodes() {
      return at.map(({ door }, n) => ({
        endpoints: reachedAt(door),
        program: running.programs[n]!, // as many
        path: paths[n],
        restart: () => running.restart(n, () => startNode(n)),
      }));
    },
    get services() {
      return services;
    },
    get pid() {
      return running.pid;
    },
    get container() {
      return running.container;
    },
    get ended() {
      return running.ended;
    },
    get stopping() {
      return running.stopping;
    },
    output: () => running.output(),
    async stop(signal, graceMs) {
      await running.stop(signal, graceMs);
      await endServices();
    },
    startAgain: async () => {
      // One node has ended; the others may still be where they are to be started.
      await running.stop("SIGKILL");
      running = await launch();
    },
  };
}

/**
 * Starts a program on a port and waits until it accepts connections there. `lookup` knows what its
 * file may ask for beside `$host`, `$port`, `$directory`, `$deno`, `$plumbline` and `$spare`. Throws `CannotStart`.
 */
export async function startProgram(
  title: string,
  start: Start,
  port: number,
  lookup: (name: string) => unknown,
): Promise<Program> {
  const host = HOST;
  const directory = await Deno.makeTempDir({ prefix: "plumbline-" });
  const known: Record<string, unknown> = {
    host,
    port,
    directory,
    deno: Deno.execPath(),
    plumbline: PLUMBLINE,
    spare: freePort(host),
  };
  const find = (name: string) => name in known ? known[name] : lookup(name);
  for (const [name, content] of Object.entries(start.files)) {
    const path = `${directory}/${name}`;
    const text = typeof content === "string"
      ? String(fill(content, find))
      : JSON.stringify(fill(content, find));
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    known[`file.${name.replace(/\..*$/, "")}`] = path;
  }
  const command = start.command.map((word) => String(fill(word, find)));
  const environment = Object.fromEntries(
    Object.entries(start.environment).map(([name, value]) => [name, String(fill(value, find))]),
  );

  let output = "";
  const hear = (text: string) => {
    output = (output + text).slice(-OUTPUT);
  };
  let child: Child;
  try {
    const parts = { command, environment, directory, hear };
    child = start.image ? await startContainer(start.image, parts) : startProcess(parts);
  } catch (cause) {
    throw new CannotStart(
      `cannot run ${start.image ? `the image "${start.image}"` : `"${command[0]}"`}: ${
        cause instanceof Error ? cause.message : cause
      }`,
    );
  }
  let stopping = false;
  let frozen = false;
  const ended = child.ended.then(async ({ code, signal }) => {
    await Deno.remove(directory, { recursive: true }).catch(() => {});
    return { code, signal, lastWords: output.slice(-LAST_WORDS).trim() };
  });

  const program: Program = {
    pid: child.pid,
    container: child.container,
    ended,
    get stopping() {
      return stopping;
    },
    output: () => output,
    freeze: () => {
      frozen = true;
      child.kill("SIGSTOP");
    },
    thaw: () => {
      frozen = false;
      child.kill("SIGCONT");
    },
    stop: async (signal = start.stop, graceMs = GRACE_MS) => {
      stopping = true;
      child.kill(signal);
      if (frozen) child.kill("SIGCONT"); // what is frozen does not hear of it
      const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended.finally(() => clearTimeout(kill));
    },
  };
  await accepting(host, port, start, ended, title);
  return program;
}
