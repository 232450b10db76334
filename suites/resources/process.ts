/** A process and all its descendants, found again when they were restarted. */
import { allProcesses, heldBy, units } from "./proc.ts";
import { isSame, type Processes, ticksBetween, treeOf } from "./process_tree.ts";
import type { Figures, Source } from "./source.ts";

/** Finds the target's first process among all; `undefined` while it is not there. */
export type FindProcess = (all: Processes) => number | undefined | Promise<number | undefined>;

/** Samples a process tree by `/proc`. */
export function processSource(find: FindProcess): Source {
  let described = "process: not found";
  let root: { readonly pid: number; readonly started: number } | undefined;
  let tree: Processes = new Map();
  let readAt: number | undefined;
  const unit = units();

  return {
    name: "process",
    describe: () => described,
    async read(tell) {
      const all = await allProcesses();
      const now = performance.now();
      const pid = await find(all);
      const found = pid === undefined ? undefined : all.get(pid);
      if (!found) {
        if (root) tell(`process ${root.pid} is gone`);
        root = undefined;
        tree = new Map();
        readAt = undefined;
        throw new Error(pid === undefined ? "no process was found" : `there is no process ${pid}`);
      }
      if (root && !isSame(found, all.get(root.pid))) {
        tell(`process ${root.pid} is gone, and ${pid} is there instead`);
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
      return { process: { ...cpu === undefined ? {} : { cpu }, ...await usage(tree, page) } };
    },
  };
}

/** Sums over a tree. A figure that one of them does not tell is none of the whole. */
async function usage(tree: Processes, page: number): Promise<Figures["process"]> {
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
  const processes = [...tree.values()];
  return {
    rss: processes.reduce((bytes, { resident }) => bytes + resident * page, 0),
    threads: processes.reduce((all, { threads }) => all + threads, 0),
    ...sum("pss"),
    ...sum("descriptors"),
  };
}
