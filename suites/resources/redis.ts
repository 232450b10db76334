/** A Redis that the target stands on, by its own INFO. */
import { Redis } from "ioredis";
import { figure } from "./figure.ts";
import { rateOf } from "./rate.ts";
import type { Source } from "./source.ts";

/** How long an answer may take before the second it belongs to is over. */
const PATIENCE_MS = 900;

/** @param url `redis://host:port`, perhaps with a user, a password and a number. */
export function redisSource(url: string): Source {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => PATIENCE_MS,
  });
  let trouble: string | undefined;
  redis.on("error", ({ message }: Error) => {
    trouble = message;
  });
  redis.on("ready", () => {
    trouble = undefined;
  });
  const commands = rateOf();
  return {
    describe: () => `Redis at ${new URL(url).host}`, // a URL may hold a password
    async read() {
      const text = await redis.info().catch((error) => {
        throw trouble === undefined ? error : new Error(trouble);
      });
      const now = performance.now();
      const number = (name: string) => {
        const [, digits] = new RegExp(`^${name}:(\\d+)\r?$`, "m").exec(text) ?? [];
        return digits === undefined ? undefined : Number(digits);
      };
      return {
        redis: {
          ...figure("memory", number("used_memory")),
          ...figure("clients", number("connected_clients")),
          ...figure("commands", commands(number("total_commands_processed"), now)),
        },
      };
    },
    close: () => redis.disconnect(),
  };
}
