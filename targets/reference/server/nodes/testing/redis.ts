/** A Redis of one test file, by the program that is installed, that can be killed, frozen and started again. */
import { Redis } from "ioredis";

export interface InstalledRedis {
  readonly url: string;
  /** It takes connections, and answers nothing. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** On the same port, with nothing in it. */
  start(): Promise<void>;
  empty(): Promise<void>;
}

/** Why tests that need it are skipped, or false where it is installed. */
export async function withoutRedis(): Promise<string | false> {
  try {
    await new Deno.Command("redis-server", { args: ["--version"] }).output();
    return false;
  } catch {
    return "redis-server is not installed";
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr; // a TCP listener's address
  listener.close();
  return port;
}

export async function startRedis(): Promise<InstalledRedis> {
  const port = freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: Deno.ChildProcess;
  async function start(): Promise<void> {
    child = new Deno.Command("redis-server", {
      args: ["--port", String(port), "--bind", "127.0.0.1", "--save", ""],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let printed = "";
    while (!printed.includes("Ready to accept connections")) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`redis-server ended: ${printed}`);
      printed += value;
    }
    // It says little more, and what it says is not waited for.
    void (async () => {
      while (!(await lines.read()).done);
    })();
  }
  await start();
  return {
    url,
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    async kill() {
      child.kill("SIGKILL");
      await child.status;
    },
    start,
    async empty() {
      const redis = new Redis(url);
      await redis.flushall();
      redis.disconnect();
    },
  };
}
