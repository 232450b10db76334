/** What a process and its descendants hold at one moment. */
import { allProcesses, units } from "./proc.ts";
import { usageOf } from "./process.ts";
import { treeOf } from "./process_tree.ts";

export interface Footprint {
  /** Resident. */
  readonly memoryBytes: number;
  readonly descriptors: number;
}

/** Reads it; `undefined` where there is no `/proc`, no such process, or it may not be read. */
export async function footprintOf(pid: number): Promise<Footprint | undefined> {
  const all = await allProcesses().catch(() => undefined);
  if (!all?.has(pid)) return undefined;
  const { rss, descriptors } = await usageOf(treeOf(all, pid, new Map()), (await units()).page);
  return rss === undefined || descriptors === undefined
    ? undefined
    : { memoryBytes: rss, descriptors };
}
