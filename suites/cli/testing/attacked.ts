/** A command against a server that attacks it, watched from outside: memory, time, what it leaves. */
import { join } from "@std/path";
import { startServer } from "../../../targets/start.ts";
import { loadTarget } from "../../../targets/file.ts";
import { mostMemoryOf } from "./memory.ts";
import { root, withFolder } from "../testing.ts";
import { type Attack, startHostileTarget } from "./hostile_target.ts";

export interface Attacked {
  readonly code: number;
  readonly err: string;
  /** The most that the command and its children had in memory, in MB. */
  readonly memoryMB: number;
  /** Of the record of a check, in MB; 0 where there is none. */
  readonly recordMB: number;
  readonly reports: readonly string[];
  readonly seconds: number;
  /** From SIGINT to its end; absent where it ended before. */
  readonly interruptedForSeconds?: number;
}

export interface Attempted {
  readonly attack: Attack;
  /** Answers, upgrades and subscriptions that are as they should be. */
  readonly spared: number;
  /** `OUT` in them stands for the folder. */
  readonly args: readonly string[];
  /** When it is sent SIGINT, in seconds after it first said something. */
  readonly interruptAfter: number;
  /** Variables that the command and the server are started with, and nobody else's test. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with the folder that it wrote into, before it is removed. */
  readonly look?: (out: string) => Promise<void>;
}

const MB = 1_000_000;

/** Runs `main.ts` with these arguments against the reference server behind the attack. */
export async function attacked(
  { attack, spared, args, interruptAfter, environment = {}, look }: Attempted,
): Promise<Attacked> {
  const target = await loadTarget(join(root, "targets/reference.yaml"), {
    started: true,
    environment: (name) => environment[name] ?? Deno.env.get(name),
  });
  const server = await startServer(target, "http://127.0.0.1:9/nobody");
  const hostile = await startHostileTarget({ ...target, ...server.endpoints }, attack, spared);
  try {
    return await withFolder(async (out) => {
      const began = performance.now();
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "-A", "main.ts", ...args]
          .concat("--target", "reference", "--out", out)
          .map((arg) => arg.replace("OUT", out)),
        cwd: root,
        env: { NO_COLOR: "1", ...environment, REFERENCE_PORT: String(hostile.port) },
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const memory = mostMemoryOf(child.pid);
      let interruptedAt: number | undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let err = "";
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        err += part;
        timer ??= setTimeout(() => {
          interruptedAt = performance.now();
          child.kill("SIGINT");
        }, interruptAfter * 1000);
      }
      const { code } = await child.status;
      clearTimeout(timer);
      const ended = performance.now();
      await look?.(out);
      const files = await Array.fromAsync(Deno.readDir(out), ({ name }) => name);
      const record = files.includes("record.jsonl")
        ? (await Deno.stat(join(out, "record.jsonl"))).size
        : 0;
      return {
        code,
        err,
        memoryMB: await memory / MB,
        recordMB: record / MB,
        reports: files.filter((name) => name.startsWith("report.")).toSorted(),
        seconds: (ended - began) / 1000,
        ...(interruptedAt === undefined
          ? {}
          : { interruptedForSeconds: (ended - interruptedAt) / 1000 }),
      };
    });
  } finally {
    hostile.close();
    await server.stop("SIGKILL");
  }
}
