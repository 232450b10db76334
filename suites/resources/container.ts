/** A container, as `docker stats` counts. */
import { type ContainerStats, followStats, type StatsStream } from "./container_stats.ts";
import { figure } from "./figure.ts";
import { rateOf } from "./rate.ts";
import type { Source } from "./source.ts";

/**
 * Samples a container.
 *
 * @param find Its name or id at this moment; another id is another container.
 */
export function containerSource(find: () => string): Source {
  let described = "container: not found";
  const short = (id: string) => /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
  let known: { readonly id: string; readonly cpu: number } | undefined;
  let followed: { readonly id: string; readonly stream: StatsStream } | undefined;
  const [cpu, received, sent] = [rateOf(), rateOf(), rateOf()];
  const close = () => {
    followed?.stream.close();
    followed = undefined;
  };

  const statsOf = async (id: string) => {
    if (followed?.id !== id) {
      close();
      followed = { id, stream: await followStats(id) };
    }
    try {
      return await followed.stream.next();
    } catch (cause) {
      close(); // it may run again by the next look
      throw cause;
    }
  };

  return {
    describe: () => described,
    async read(tell) {
      const id = find();
      const { read, cpu_stats, memory_stats, pids_stats, networks } = await statsOf(id);
      const now = Date.parse(read);
      const nanoseconds = cpu_stats.cpu_usage.total_usage;
      if (known && (known.id !== id || nanoseconds < known.cpu)) {
        tell(`container ${short(known.id)} was restarted`);
      }
      known = { id, cpu: nanoseconds };
      described = `container ${short(id)}`;
      const nets = Object.values(networks ?? {});
      const bytes = (way: "rx_bytes" | "tx_bytes") =>
        nets.length === 0 ? undefined : nets.reduce((sum, net) => sum + net[way], 0);
      return {
        container: {
          ...figure("cpu", cpu(nanoseconds / 1e9, now)),
          ...figure("rss", resident(memory_stats)),
          ...figure("threads", pids_stats.current),
          ...figure("received", received(bytes("rx_bytes"), now)),
          ...figure("sent", sent(bytes("tx_bytes"), now)),
        },
      };
    },
    close,
  };
}

/** What it uses without the file pages that the kernel would give up, as `docker stats` shows it. */
function resident({ usage, stats }: ContainerStats["memory_stats"]): number | undefined {
  const idle = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return usage === undefined ? undefined : Math.max(0, usage - idle);
}
