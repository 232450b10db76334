/**
 * Serving with several workers: each is a thread of its own that listens on the same port, and the
 * kernel spreads connections over them. (Measured on two cores against one thread that accepts and
 * hands connections on, which this runtime cannot do at all, and a dispatcher that relays bytes,
 * which costs every byte twice.)
 */
import type { Config } from "../config.ts";
import type { RunningServer } from "../server.ts";
import { createHub } from "./hub.ts";
import { outbox, type ToHub, type ToWorker } from "./messages.ts";

/** Resolves when all workers listen. Throws what kept the first from it. */
export async function startWorkers(config: Config): Promise<RunningServer> {
  const workers = Array.from(
    { length: config.workers },
    () => new Worker(new URL("worker.ts", import.meta.url), { type: "module" }),
  );
  const says = workers.map((worker) =>
    outbox<ToWorker>((messages) => worker.postMessage(messages))
  );
  const hub = createHub(config.apps, says);
  const listening = workers.map(() => Promise.withResolvers<number>());
  const stopped = workers.map(() => Promise.withResolvers<void>());
  workers.forEach((worker, at) => {
    worker.onmessage = ({ data }: MessageEvent<readonly ToHub[]>) => {
      for (const message of data) {
        if ("listening" in message) listening[at]?.resolve(message.listening);
        else if ("failed" in message) {
          const { failed, code } = message;
          listening[at]?.reject(Object.assign(new Error(failed), { code }));
        } else if ("stopped" in message) stopped[at]?.resolve();
        else hub.hear(at, message);
      }
    };
  });

  const share = { ...config, maxSockets: Math.ceil(config.maxSockets / config.workers) };
  let { port } = config;
  try {
    // The first may be the one to find a free port; the others join it there.
    for (const [at, say] of says.entries()) {
      say({ start: { ...share, port } });
      port = await listening[at]!.promise; // as many as there are workers
    }
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
  return {
    host: config.host,
    port,
    tls: config.tls !== undefined,
    async stop() {
      for (const say of says) say({ stop: true });
      await Promise.all(stopped.map(({ promise }) => promise));
      hub.stop();
      for (const worker of workers) worker.terminate();
    },
  };
}
