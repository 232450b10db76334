/**
 * Reading `/proc`. Deno itself reads nothing there unless it is allowed everything, so that a shell
 * does, twice a sample: 25 ms of CPU for a server of 500 MB with 10,000 descriptors.
 */
import { parseStats, type Processes } from "./process_tree.ts";

/** What a shell script prints; what it complains of is nobody's concern, processes come and go. */
async function printed(script: string, ...args: (string | number)[]): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args.map(String)],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** All processes of this machine. Throws where there is no `/proc`. */
export async function allProcesses(): Promise<Processes> {
  const all = parseStats(await printed("cat /proc/[0-9]*/stat"));
  if (all.size === 0) throw new Error("this system has no /proc to read processes in");
  return all;
}

/** Clock ticks a second, and bytes a page. */
export async function units(): Promise<{ readonly ticks: number; readonly page: number }> {
  const [ticks = 0, page = 0] = (await printed("getconf CLK_TCK; getconf PAGESIZE"))
    .split("\n").map(Number);
  // These have been so on every Linux of the common architectures.
  return { ticks: ticks || 100, page: page || 4096 };
}

export interface Held {
  /** Bytes, shared pages split among those who share them; absent where it may not be read. */
  readonly pss?: number;
  readonly descriptors?: number;
  /** How many it may have (RLIMIT_NOFILE). */
  readonly limit?: number;
}

// From Linux 6.2 on, the size of the folder is the number of descriptors; before, it was 0.
const HELD = `for p do
  echo "pid $p"
  grep -h -e ^Pss: -e "^Max open files" /proc/$p/smaps_rollup /proc/$p/limits
  n=$(stat -c %s /proc/$p/fd) && [ "$n" = 0 ] && n=$(($(ls -f /proc/$p/fd | wc -l) - 2))
  echo "fd $n"
done`;

/** What each of these processes holds, as far as it may be read. */
export async function heldBy(pids: readonly number[]): Promise<ReadonlyMap<number, Held>> {
  const parts = (await printed(HELD, ...pids)).split(/^pid /m).slice(1);
  return new Map(parts.map((part): [number, Held] => {
    const [, pss] = /^Pss:\s+(\d+) kB$/m.exec(part) ?? [];
    const [, limit] = /^Max open files\s+(\d+)/m.exec(part) ?? [];
    const [, descriptors] = /^fd (\d+)$/m.exec(part) ?? [];
    return [parseInt(part), {
      ...(pss === undefined ? {} : { pss: Number(pss) * 1024 }),
      ...(descriptors === undefined ? {} : { descriptors: Number(descriptors) }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    }];
  }));
}

/**
 * Who listens on a TCP port: the first of those that share the socket by inheritance, or
 * `undefined` when it is nobody, or somebody whose descriptors may not be read.
 */
export async function listenerOf(port: number, all: Processes): Promise<number | undefined> {
  const inodes = listening(await printed("cat /proc/net/tcp /proc/net/tcp6"), port);
  if (inodes.length === 0) return undefined;
  const names = inodes.flatMap((inode) => ["-o", "-lname", `socket:\\[${inode}\\]`]).slice(1);
  const found = await printed('find /proc/[0-9]*/fd "$@"', "(", ...names, ")");
  const holders = new Set([...found.matchAll(/^\/proc\/(\d+)\//gm)].map(([, pid]) => Number(pid)));
  return [...holders].find((pid) => !holders.has(all.get(pid)?.parent ?? 0));
}

/** The inodes of the sockets that listen on a port, out of `/proc/net/tcp` (proc_net(5)). */
export function listening(table: string, port: number): string[] {
  const LISTEN = "0A";
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = "0"] = line.trim().split(/\s+/);
    return state === LISTEN && parseInt(local.split(":")[1] ?? "", 16) === port ? [inode] : [];
  });
}
