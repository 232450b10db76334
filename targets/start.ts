/** Starting a server from its target file, watching it, and stopping it. */
import { PlumblineError } from "../suites/record/errors.ts";
import net from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, fromFileUrl, join, resolve } from "@std/path";
import { fill } from "../suites/language/variables.ts";
import { type Child, startContainer, startProcess } from "./child.ts";
import type { Endpoint, Start, Target } from "./target.ts";

/** A program that Plumbline started and can end. */
export interface Program {
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

export interface ServerProcess extends Program {
  readonly endpoints: { readonly websocket: Endpoint; readonly api: Endpoint };
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
const LAST_WORDS = 4096;
/** How long a program may take to end when it is asked to. */
const GRACE_MS = 10_000;
/** Characters of output that are kept. */
const OUTPUT = 512 * 1024;

/** The folder of this project, wherever its user stands: `$plumbline` in files. */
const PLUMBLINE = fromFileUrl(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Takes a port that is free at this moment. */
export function freePort(host = HOST): number {
  const listener = Deno.listen({ hostname: host, port: 0 });
  const { port } = listener.addr as Deno.NetAddr; // a TCP listener's address
  listener.close();
  return port;
}

/**
 * Runs the install commands unless the file they make is already there. Two runs in one folder
 * install once: the second waits for the first. Throws `CannotStart`.
 */
export async function install(target: Target): Promise<void> {
  const { install, image } = target.start ?? {};
  // An image has in it what would be installed.
  if (!install || image || await exists(install.unless)) return;
  using _lock = await lockFor(install.unless);
  if (await exists(install.unless)) return;
  const find = (name: string) => name === "plumbline" ? PLUMBLINE : undefined;
  for (const words of install.run) {
    const [program = "", ...args] = words.map((word) => String(fill(word, find)));
    const { success, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) {
      throw new CannotStart(
        `installing ${target.title} failed at: ${program} ${args.join(" ")}\n${
          new TextDecoder().decode(stderr).slice(-LAST_WORDS)
        }`,
      );
    }
  }
}

/** A path with the links in it resolved, as far as there is such a path. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return join(await realPath(dirname(path)), basename(path));
  }
}

/** A lock of all processes on one path, freed when it is disposed of or its process ends. */
async function lockFor(path: string): Promise<Disposable> {
  const name = (await realPath(resolve(path))).replaceAll(/[^\w.-]/g, "_").slice(-200);
  const file = await Deno.open(join(tmpdir(), `plumbline-install-${name}`), {
    create: true,
    write: true,
  });
  await file.lock(true);
  return file;
}

/**
 * Starts the server on a free port and waits until it accepts connections. `webhookUrl` is what
 * the target file may hand to it as `${webhookUrl}`. Throws `CannotStart` with its last words.
 */
export async function startServer(target: Target, webhookUrl: string): Promise<ServerProcess> {
  const { start } = target;
  if (!start) {
    throw new CannotStart(
      `${target.file} has no "start": add one, or start the server yourself and leave out --start`,
    );
  }
  const port = freePort(HOST);
  const lookup = (name: string) => name === "webhookUrl" ? webhookUrl : appSetting(target, name);
  const launch = () => startProgram(target.title, start, port, lookup);
  const endpoint = (from: Endpoint): Endpoint => ({ ...from, host: HOST, port });
  let latest = await launch();
  return {
    endpoints: { websocket: endpoint(target.websocket), api: endpoint(target.api) },
    get pid() {
      return latest.pid;
    },
    get container() {
      return latest.container;
    },
    get ended() {
      return latest.ended;
    },
    get stopping() {
      return latest.stopping;
    },
    output: () => latest.output(),
    stop: (signal, graceMs) => latest.stop(signal, graceMs),
    startAgain: async () => {
      latest = await launch();
    },
  };
}

/** `apps.NAME.key` of a target: its credentials, or any setting of it. */
export function appSetting(target: Target, name: string): unknown {
  const [head, app = "", field = ""] = name.split(".");
  const found = head === "apps" ? target.apps[app] : undefined;
  return field === "id" || field === "key" || field === "secret"
    ? found?.[field]
    : found?.settings[field];
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
    stop: async (signal = start.stop, graceMs = GRACE_MS) => {
      stopping = true;
      child.kill(signal);
      const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended.finally(() => clearTimeout(kill));
    },
  };
  await accepting(host, port, start, ended, title);
  return program;
}

/** Waits until something accepts connections at the port, or the process has ended. */
async function accepting(
  host: string,
  port: number,
  start: Start,
  ended: Program["ended"],
  title: string,
): Promise<void> {
  let over: { code: number; lastWords: string } | undefined;
  ended.then((end) => over = end);
  const began = performance.now();
  while (performance.now() - began < start.readyMs) {
    if (over) {
      throw new CannotStart(
        `${title} ended with status ${over.code} while starting. Its last words:\n${
          over.lastWords || "(none)"
        }`,
      );
    }
    if (await canConnect(host, port)) return;
    // A port gives no event when it starts to listen; asking again soon is all one can do.
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new CannotStart(
    `${title} did not listen on port ${port} within ${start.readyMs} ms`,
  );
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
