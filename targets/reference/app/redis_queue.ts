/** The queue in Redis, by BullMQ: retries with back-off, workers in every process, dead letters. */
import { deadline } from "@std/async";
import { Queue as BullQueue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Drain, Queue } from "./queue.ts";

export interface RedisQueue extends Queue {
  /** What could not be done however often it was tried: the dead letters, one for an aggregate. */
  dead(): Promise<readonly DeadLetter[]>;
}

export interface DeadLetter {
  readonly aggregate: string;
  readonly reason: string;
}

/** How often a job is tried before it is a dead letter. */
export const ATTEMPTS = 8;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/** The wait after the attempt of this number, from 1, has failed. */
const waitAfterMs = (attempt: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);

/** Aggregates one process drains at a time; a free worker takes what waits, so load spreads itself. */
const CONCURRENCY = 8;
/** Dead letters kept. */
const DEAD = 1000;
/** A worker that is silent for so long is taken for dead, and another has its job. */
const LOCK_MS = 10_000;
/** Longest that an end waits for a Redis that may be gone. */
const CLOSE_MS = 3000;

/** Rejects when there is no Redis. One that goes away later, and comes back, is no matter. */
export async function createRedisQueue(url: string, drain: Drain): Promise<RedisQueue> {
  // Who asks must not wait for a Redis that is gone: the outbox has the event, and it is looked for.
  const asking = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  });
  asking.on("error", () => {});
  try {
    await asking.connect();
  } catch (cause) {
    asking.disconnect();
    throw new Error(`APPLICATION_QUEUE: no Redis answers at ${new URL(url).host}`, { cause });
  }
  // A worker waits on its connection, so it needs one of its own.
  const working = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new BullQueue<{ aggregate: string }>("broadcasts", { connection: asking });
  const worker = new Worker<{ aggregate: string }>(
    "broadcasts",
    ({ data }) => drain(data.aggregate),
    {
      connection: working,
      concurrency: CONCURRENCY,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      settings: { backoffStrategy: waitAfterMs },
    },
  );
  working.on("error", () => {});
  queue.on("error", () => {});
  worker.on("error", () => {});
  return {
    async enqueue(aggregate) {
      await queue.add("drain", { aggregate }, {
        // One waits, however many ask; who asks while it is being done has it done once more.
        deduplication: { id: aggregate, keepLastIfActive: true },
        attempts: ATTEMPTS,
        backoff: { type: "custom" },
        removeOnComplete: true,
        removeOnFail: { count: DEAD },
      });
    },
    async dead() {
      const failed = await queue.getFailed(0, DEAD); // the newest first
      const reasons = new Map(
        failed.reverse().map(({ data, failedReason }) => [data.aggregate, failedReason]),
      );
      return [...reasons].map(([aggregate, reason]) => ({ aggregate, reason }));
    },
    async close() {
      await deadline(Promise.all([worker.close(), queue.close()]), CLOSE_MS).catch(() => {});
      for (const connection of [asking, working]) connection.disconnect();
    },
  };
}
