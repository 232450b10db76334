/** What this machine cannot hold is said before anything is dialed, with what to do about it. */
import type { LoadPlan } from "../../record/load/plan.ts";

/** What a process needs beside its connections: the API's, its own files, those being dialed. */
const SPARE = 512;

/** Why the plan cannot be run from here; `undefined` where it can. */
export async function obstacle({ clients, target, channels, publishers }: LoadPlan): Promise<
  string | undefined
> {
  const stray = [
    ...clients.flatMap((group) => group.channels.flat()),
    ...publishers.flatMap((p) => p.channels),
  ]
    .find((channel) => channel >= channels.length);
  if (stray !== undefined) return `the plan has no channel ${stray}`;
  for (const { name, count, channels } of clients) {
    if (count > 0 && channels.length === 0) return `clients ${JSON.stringify(name)} need channels`;
  }
  const connections = clients.reduce((sum, { count }) => sum + count, 0);
  const { files, ports } = await allowed();
  if (files !== undefined && files < connections + SPARE) {
    const needed = connections + SPARE;
    return `${connections} connections need ${needed} open files, and this process may have ${files}: ` +
      `raise it with \`ulimit -n ${needed}\`, or share the plan among several machines with k6`;
  }
  const sources = Math.max(target.sources?.length ?? 0, 1);
  if (ports !== undefined && connections > ports * sources) {
    return `${connections} connections to one address need as many local ports, and this machine has ` +
      `${ports} for each of its addresses: name ${
        Math.ceil(connections / ports)
      } of its addresses ` +
      "in the target's `sources`, such as 127.0.0.2 on this machine alone";
  }
  return undefined;
}

interface Allowed {
  /** How many files this process may open. */
  readonly files: number | undefined;
  /** How many ports the kernel hands out for one destination. */
  readonly ports: number | undefined;
}

/** What the system says; `undefined` where it does not. A shell reads it, since Deno may not. */
async function allowed(): Promise<Allowed> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "ulimit -n; cat /proc/sys/net/ipv4/ip_local_port_range"],
    stdin: "null",
    stderr: "null",
  }).output();
  const [files, first, last] = new TextDecoder().decode(stdout).split(/\s+/).map(Number);
  return { files: files || undefined, ports: first && last ? last - first + 1 : undefined };
}
