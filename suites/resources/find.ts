/** Finding a target's first process by what its file says, again after each restart. */
import type { Sampled } from "../../targets/target.ts";
import { listenerOf } from "./proc.ts";
import type { FindProcess } from "./process.ts";
import { isSame, type ProcessStat } from "./process_tree.ts";

/** By its pid, a file that holds it, or a port that it listens on; `undefined` where none is told. */
export function finderOf(
  { pid, pidFile, port }: Pick<Sampled, "pid" | "pidFile" | "port">,
): FindProcess | undefined {
  if (pid !== undefined) return () => pid;
  if (pidFile !== undefined) return async () => readPid(await Deno.readTextFile(pidFile), pidFile);
  return port === undefined ? undefined : byPort(port);
}

function readPid(text: string, file: string): number {
  if (!/^\s*\d+\s*$/.test(text)) throw new Error(`${file} holds no pid`);
  return Number(text);
}

function byPort(port: number): FindProcess {
  let found: ProcessStat | undefined;
  return async (all) => {
    // To look through everybody's descriptors costs more than the sample: only when it is gone.
    if (found && isSame(found, all.get(found.pid))) return found.pid;
    const pid = await listenerOf(port, all);
    found = pid === undefined ? undefined : all.get(pid);
    if (!found) throw new Error(`no process that may be looked at listens on port ${port}`);
    return found.pid;
  };
}
