/**
 * Serving with several workers: each is a thread of its own that listens on the same port, and the
 * kernel spreads connections over them. (Measured on two cores against one thread that accepts and
 * hands connections on, which this runtime cannot do at all, and a dispatcher that relays bytes,
 * which costs every byte twice.)
 */
import type { Config } from "../config.ts";
import type { EventName, Listeners } from "../events.ts";
import type { Counts } from "../metrics.ts";
import type { RunningServer } from "../server.ts";
import { createHub } from "./hub.ts";
import { outbox, type ToHub, type ToWorker } from "./messages.ts";

export interface WorkersServer extends RunningServer {
  /** What each worker has counted for Prometheus. */
  counts(): Promise<Counts>[];
}

/**
 * Resolves when all workers listen. `events` are those of the hub, in this thread; `forwarded` hear
 * here what happens in the workers.
 *
 * @throws what kept the first from it.
 */
export async function startWorkers(
  config: Config,
  { events, forwarded }: { readonly events: Listeners; readonly forwarded: Listeners },
): Promise<WorkersServer> {
  const workers = Array.from(
    { length: config.workers },
    () => new Worker(new URL("worker.ts", import.meta.url), { type: "module" }),
  );
  const says = workers.map((worker) =>
    outbox<ToWorker>((messages) => worker.postMessage(messages))
  );
  const hub = createHub(config.apps, says, events);
  const listening = workers.map(() => Promise.withResolvers<number>());
  const counting = new Map<number, (counts: Counts) => void>();
  let round = 0;
  const closed = workers.map(() => Promise.withResolvers<void>());
  const stopped = workers.map(() => Promise.withResolvers<void>());
  workers.forEach((worker, at) => {
    worker.onmessage = ({ data }: MessageEvent<readonly ToHub[]>) => {
      for (const message of data) {
        if ("listening" in message) listening[at]?.resolve(message.listening);
        else if ("failed" in message) {
          const { failed, code } = message;
          listening[at]?.reject(Object.assign(new Error(failed), { code }));
        } else if ("event" in message) {
          const listener = forwarded[message.event] as ((details: unknown) => void) | undefined; // of the name's own details
          listener?.(message.details);
        } else if ("counts" in message) {
          counting.get(at + message.counts * config.workers)?.(message.of);
        } else if ("closed" in message) closed[at]?.resolve();
        else if ("stopped" in message) stopped[at]?.resolve();
        else hub.hear(at, message);
      }
    };
  });

  const share = { ...config, maxSockets: Math.ceil(config.maxSockets / config.workers) };
  let { port } = config;
  try {
    // The first may be the one to find a free port; the others join it there.
    for (const [at, say] of says.entries()) {
      say({ start: { ...share, port }, events: Object.keys(forwarded) as EventName[] }); // the keys of Listeners
      port = await listening[at]!.promise; // as many as there are workers
    }
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
  function closeDoor(): void {
    for (const say of says) say({ closeDoor: true });
  }
  return {
    host: config.host,
    port,
    tls: config.tls !== undefined,
    closeDoor,
    counts() {
      round += 1;
      return says.map((say, at) =>
        new Promise((resolve) => {
          const key = at + round * config.workers;
          counting.set(key, (counts) => {
            counting.delete(key);
            resolve(counts);
          });
          say({ count: round });
        })
      );
    },
    async stop(withinMs = 0) {
      const deadline = performance.now() + withinMs;
      closeDoor();
      // What was published before this reaches the clients before they are sent away.
      await Promise.all(closed.map(({ promise }) => promise));
      for (const say of says) say({ stop: withinMs });
      await Promise.all(stopped.map(({ promise }) => promise));
      await hub.stop(deadline - performance.now());
      for (const worker of workers) worker.terminate();
    },
  };
}
