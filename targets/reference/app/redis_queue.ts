/** The queue in Redis, by BullMQ: retries with back-off, workers in every process, dead letters. */
import { Queue as BullQueue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { type Drain, FIRST_WAIT_MS, type Queue, RETRIES } from "./queue.ts";

/** Aggregates one process drains at a time; a free worker takes what waits, so load spreads itself. */
const CONCURRENCY = 8;

export function createRedisQueue(url: string, drain: Drain): Queue {
  // A worker waits on its connection, so it needs one of its own.
  const connections = [0, 1].map(() => new Redis(url, { maxRetriesPerRequest: null }));
  const [asking, working] = connections as [Redis, Redis]; // as many as were made
  const queue = new BullQueue("broadcasts", { connection: asking });
  const worker = new Worker<{ aggregate: string }>(
    "broadcasts",
    ({ data }) => drain(data.aggregate),
    { connection: working, concurrency: CONCURRENCY },
  );
  // Redis may go away and come back; both reconnect by themselves, and the outbox has it all.
  for (const connection of connections) connection.on("error", () => {});
  queue.on("error", () => {});
  worker.on("error", () => {});
  return {
    async enqueue(aggregate) {
      await queue.add("drain", { aggregate }, {
        attempts: RETRIES,
        backoff: { type: "exponential", delay: FIRST_WAIT_MS },
        removeOnComplete: true,
        removeOnFail: false,
      });
    },
    async dead() {
      const failed = await queue.getFailed();
      return failed.map(({ data, failedReason }) => ({
        aggregate: String(data.aggregate),
        reason: failedReason ?? "",
      }));
    },
    async close() {
      await worker.close();
      await queue.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
