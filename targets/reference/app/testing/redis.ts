/** A Redis of one test file, by the program that is installed: quicker than a container, and it can be ended. */
import { Redis } from "ioredis";
import { freePort } from "../../../start.ts";
import { startProcess } from "../../../child.ts";

export interface InstalledRedis {
  readonly url: string;
  /** Forgets everything. */
  empty(): Promise<void>;
  stop(): Promise<void>;
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

export async function startRedis(): Promise<InstalledRedis> {
  const port = freePort();
  const ready = Promise.withResolvers<void>();
  let printed = "";
  const child = startProcess({
    command: ["redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", ""],
    environment: {},
    directory: ".",
    hear: (text) => {
      printed += text;
      if (printed.includes("Ready to accept connections")) ready.resolve();
    },
  });
  void child.ended.then(() => ready.reject(new Error(`redis-server ended: ${printed}`)));
  await ready.promise;
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    async empty() {
      const redis = new Redis(url);
      await redis.flushall();
      redis.disconnect();
    },
    async stop() {
      child.kill("SIGKILL");
      await child.ended;
    },
  };
}
