/**
 * A node's two connections to Redis: one asks and states, one hears the news. Redis delivers news in
 * the order of its runs, so answers that must not overtake news come by the second one too.
 *
 * Nothing waits for a Redis that is gone: what is asked then fails at once, as `Unavailable`, and
 * what is in flight when a connection breaks fails as well, because nobody knows whether it was done.
 */
import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { Unavailable } from "../state.ts";
import type { ScalingConfig } from "./config.ts";
import { SCRIPT } from "./script.ts";

/** Longest that one command may take; a Redis that hangs is as good as gone. */
const ANSWER_MS = 3000;
const CONNECT_MS = 2000;
/** Waits between attempts to reach a Redis that is gone: short, because delivery resumes with it. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 500;

/** The line is probed by news to oneself; with this many outstanding it is dead, and built anew. */
const PROBE_MS = 1000;
const PROBES = 3;

const SHA = createHash("sha1").update(SCRIPT).digest("hex");

export interface Line {
  /** Runs the script for one app, whose `prefix` it is. Throws `Unavailable`. */
  run(prefix: string, args: readonly (string | Buffer)[]): Promise<unknown>;
  /** Tells all nodes of an app, this one included. Throws `Unavailable`. */
  publish(prefix: string, news: Buffer): Promise<void>;
  /** Calls `hear` with all that is published there, from the next time the line is up. */
  listen(redisChannel: string, hear: (news: Buffer) => void): void;
  /** Calls `again` whenever both connections are up, after either was not. */
  whenUp(again: () => void): void;
  /** Resolves when the line is up for the first time. */
  readonly up: Promise<void>;
  /** Resolves when all that was published before now has been heard. Throws `Unavailable`. */
  caughtUp(): Promise<void>;
  /** A Redis channel that only this node listens to. */
  readonly inbox: string;
  close(): void;
}

export function openLine(config: ScalingConfig): Line {
  const options = {
    connectTimeout: CONNECT_MS,
    commandTimeout: ANSWER_MS,
    retryStrategy: (times: number) => Math.min(FIRST_RETRY_MS * times, LONGEST_RETRY_MS),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  };
  const asking = new Redis(config.url, options);
  const hearing = new Redis(config.url, options);
  const heard = new Map<string, (news: Buffer) => void>();
  const listeners: (() => void)[] = [];
  const first = Promise.withResolvers<void>();
  const inbox = `${config.channel}:inbox:${crypto.randomUUID()}`;
  const fences = new Map<string, () => void>();
  let prepared = 0;
  let unanswered = 0;

  const isReady = () => asking.status === "ready" && hearing.status === "ready";

  /** Both are ready: the script is there, and the news is subscribed to, before anybody speaks. */
  async function prepare(): Promise<void> {
    if (!isReady()) return;
    const attempt = ++prepared;
    try {
      await Promise.all([
        asking.script("LOAD", SCRIPT),
        hearing.subscribe(`${inbox}:probe`, ...heard.keys()),
      ]);
    } catch {
      if (attempt === prepared) reset();
      return;
    }
    if (attempt !== prepared) return;
    unanswered = 0;
    for (const again of listeners) again();
    first.resolve();
  }
  function reset(): void {
    for (const redis of [asking, hearing]) {
      if (redis.status === "ready" || redis.status === "connect") redis.disconnect(true);
    }
  }
  for (const redis of [asking, hearing]) {
    redis.on("ready", () => void prepare());
    // Why a connection broke does not matter: it is tried again, and who asks hears of it.
    redis.on("error", () => {});
  }
  hearing.on("messageBuffer", (redisChannel: Buffer, news: Buffer) => {
    unanswered = 0;
    const name = redisChannel.toString();
    heard.get(name)?.(news);
    if (name === `${inbox}:probe`) fences.get(news.toString())?.();
  });
  const probing = setInterval(() => {
    if (!isReady()) return;
    if (unanswered >= PROBES) return reset();
    unanswered += 1;
    asking.publish(`${inbox}:probe`, "").catch(() => {});
  }, PROBE_MS);

  const orUnavailable = (cause: unknown): never => {
    throw new Unavailable("Redis does not answer", { cause });
  };
  return {
    run: (prefix, args) => asking.evalsha(SHA, 1, prefix, ...args).catch(orUnavailable),
    async publish(prefix, news) {
      await asking.publish(prefix, news).catch(orUnavailable);
    },
    listen(redisChannel, hear) {
      heard.set(redisChannel, hear);
    },
    async caughtUp() {
      const fence = crypto.randomUUID();
      const passed = new Promise<void>((resolve) => fences.set(fence, resolve));
      try {
        await asking.publish(`${inbox}:probe`, fence).catch(orUnavailable);
        await passed;
      } finally {
        fences.delete(fence);
      }
    },
    whenUp: (again) => void listeners.push(again),
    up: first.promise,
    inbox,
    close() {
      clearInterval(probing);
      for (const redis of [asking, hearing]) redis.disconnect();
    },
  };
}
