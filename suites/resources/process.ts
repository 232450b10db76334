/** A process and all its descendants, found again when they were restarted. */
import { figure } from "./figure.ts";
import { allProcesses, heldBy, units } from "./proc.ts";
import { isSame, type Processes, type ProcessStat, ticksBetween, treeOf } from "./process_tree.ts";
import type { Figures, Source } from "./source.ts";

/** Finds the target's first process among all. Nothing and errors both say that it is not there. */
export type FindProcess = (all: Processes) => number | undefined | Promise<number | undefined>;

/** Samples a process tree by `/proc`. */
export function processSource(find: FindProcess): Source {
  let described = "process: not found";
  let root: ProcessStat | undefined;
  let tree: Processes = new Map();
  let readAt: number | undefined;
  const unit = units();

  return {
    describe: () => described,
    async read(tell) {
      const all = await allProcesses();
      const now = performance.now();
      const found = await locate(find, all);
      if (found instanceof Error) {
        if (root) tell(`process ${root.pid} is gone`);
        root = undefined;
        tree = new Map();
        readAt = undefined;
        throw found;
      }
      if (root && !isSame(found, root)) {
        tell(`process ${found.pid} is there instead of process ${root.pid}`);
      }
      if (!root) described = `process ${found.pid} (${found.name}) and its children`;
      root = found;
      const before = tree;
      tree = treeOf(all, found.pid, before);
      const { ticks, page } = await unit;
      const cpu = readAt === undefined
        ? undefined
        : ticksBetween(before, tree) / ticks / ((now - readAt) / 1000);
      readAt = now;
      return { process: { ...figure("cpu", cpu), ...await usageOf(tree, page) } };
    },
  };
}

/** The first process, or why there is none. */
async function locate(find: FindProcess, all: Processes): Promise<ProcessStat | Error> {
  try {
    const pid = await find(all);
    const found = all.get(pid ?? 0);
    return found ?? new Error(pid ? `there is no process ${pid}` : "no process was found");
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/** Sums over a tree. A figure that one of them does not tell is none of the whole. */
export async function usageOf(
  tree: Processes,
  page: number,
): Promise<NonNullable<Figures["process"]>> {
  const held = await heldBy([...tree.keys()]);
  const sum = (what: "pss" | "descriptors") => {
    // One that ended in between holds nothing any more.
    const each = [...held.values()].filter((one) => Object.keys(one).length > 0).map((one) =>
      one[what]
    );
    const total = each.reduce<number | undefined>(
      (all, one) => all === undefined || one === undefined ? undefined : all + one,
      0,
    );
    return each.length === 0 || total === undefined ? {} : { [what]: total };
  };
  const left = [...held.values()].flatMap(({ descriptors, limit }) =>
    descriptors === undefined || limit === undefined ? [] : [Math.max(0, limit - descriptors)]
  );
  const processes = [...tree.values()];
  return {
    rss: processes.reduce((bytes, { resident }) => bytes + resident * page, 0),
    threads: processes.reduce((all, { threads }) => all + threads, 0),
    ...sum("pss"),
    ...sum("descriptors"),
    ...figure("descriptorsLeft", left.length > 0 ? Math.min(...left) : undefined),
  };
}
