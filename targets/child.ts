import { inherited } from "./inherited.ts";

/** A program that was started, heard and can be ended: a process of this machine, or a container. */
export interface Child {
  /** Of the process that serves, also inside a container. */
  readonly pid: number;
  /** The id of the container it runs in. */
  readonly container?: string;
  readonly ended: Promise<{ readonly code: number; readonly signal: string | null }>;
  kill(signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
}

export interface Program {
  readonly command: readonly string[];
  /** Beside what any program inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder with files it reads. */
  readonly directory: string;
  /** Told of everything it prints, both streams. */
  readonly hear: (text: string) => void;
}

/** Starts a process. Throws what the system says when there is no such program. */
export function startProcess({ command, environment, hear }: Program): Child {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...inherited(Deno.env.toObject()), ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const listenTo = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) hear(text);
  };
  const heard = Promise.all([listenTo(child.stdout), listenTo(child.stderr)]);
  const letGo = guard(child.pid);
  return {
    pid: child.pid,
    ended: child.status.then(async ({ code, signal }) => {
      letGo();
      await heard;
      return { code, signal };
    }),
    kill: (signal) => {
      try {
        child.kill(signal);
      } catch {
        // It had ended already.
      }
    },
  };
}

/**
 * Has a process end with this one, however this one ends: a shell reads from a pipe, which closes
 * even when nobody can act any more. Returns what ends the shell.
 */
function guard(pid: number): () => void {
  if (Deno.build.os === "windows") return () => {};
  const shell = new Deno.Command("sh", {
    args: ["-c", `trap '' INT TERM HUP; read _; kill -9 ${pid}`],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  shell.unref();
  return () => {
    try {
      shell.kill("SIGKILL");
    } catch {
      // It had ended already.
    }
  };
}

/**
 * Starts a container on this machine's own network, so that it listens where a process would and
 * reaches what a process reaches. Throws what Docker says.
 */
export async function startContainer(
  image: string,
  { command, environment, directory, hear }: Program,
): Promise<Child> {
  // The library is large, and most runs need no container.
  const { GenericContainer, getContainerRuntimeClient } = await import("testcontainers");
  const started = await new GenericContainer(image)
    .withNetworkMode("host")
    .withCommand([...command])
    .withEnvironment(environment)
    .withBindMounts([{ source: directory, target: directory, mode: "ro" }])
    .withLogConsumer((stream) => stream.on("data", (line) => hear(String(line))))
    .start();
  const container = (await getContainerRuntimeClient()).container.getById(started.getId());
  const { State: { Pid } } = await container.inspect();
  return {
    pid: Pid,
    container: started.getId(),
    ended: container.wait().then(async ({ StatusCode }: { StatusCode: number }) => {
      await started.stop({ timeout: 0 }).catch(() => {}); // removes it; it may be gone already
      // A shell's way to say that a signal ended a program.
      return StatusCode > 128
        ? { code: StatusCode, signal: SIGNALS[StatusCode - 128] ?? null }
        : { code: StatusCode, signal: null };
    }),
    kill: (signal) => void container.kill({ signal }).catch(() => {}), // it may have ended already
  };
}

const SIGNALS: Readonly<Record<number, string>> = { 9: "SIGKILL", 15: "SIGTERM" };
