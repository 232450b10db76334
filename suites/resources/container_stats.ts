/**
 * What the Docker daemon tells of a container once a second, as `docker stats` shows it. The stream
 * is followed, because the daemon lets whoever asks for a single look wait for a second.
 */
import { createInterface } from "node:readline";
import { z } from "zod";

// What the daemon's API documents of `GET /containers/{id}/stats`; parts are absent of a container
// that does not run, or on an older kernel.
const statsSchema = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: z.number().optional(),
    stats: z.record(z.string(), z.number()).nullish(),
  }),
  pids_stats: z.object({ current: z.number().optional() }),
  networks: z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() }))
    .nullish(),
});

export type ContainerStats = z.infer<typeof statsSchema>;

export interface StatsStream {
  /** The newest that was not taken yet; waits where there is none. Throws once it runs no more. */
  next(): Promise<ContainerStats>;
  close(): void;
}

/** Follows a container. Throws what the daemon says, or that none answers. */
export async function followStats(id: string): Promise<StatsStream> {
  // The library is large, and most runs look at no container.
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { container } = await getContainerRuntimeClient();
  const stream = await container.getById(id).stats({ stream: true });
  let newest: ContainerStats | Error | undefined;
  let news = Promise.withResolvers<void>();
  const tell = (what: ContainerStats | Error) => {
    newest = what;
    news.resolve();
  };
  const lines = createInterface({ input: stream });
  const gone = new Error(`the container ${id} does not run`);
  lines.on("line", (line) => {
    const data = readStats(line);
    // Of one that has ended, the daemon tells of the year 1.
    tell(data && Date.parse(data.read) > 0 ? data : gone);
  });
  stream.on("error", () => tell(gone));
  lines.on("close", () => tell(gone));
  return {
    next: async () => {
      await news.promise;
      const taken = newest;
      if (!taken || taken instanceof Error) throw taken ?? gone;
      newest = undefined;
      news = Promise.withResolvers();
      return taken;
    },
    close: () => {
      lines.close();
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
    },
  };
}

/** A line that was cut off, as the last one may be, is none. */
function readStats(line: string): ContainerStats | undefined {
  try {
    return statsSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
