/**
 * Processes as `/proc/PID/stat` tells of them (proc_pid_stat(5)), which belong together, and the
 * CPU that they took.
 */

export interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  /** Clock ticks it has run, in user and kernel mode. */
  readonly own: number;
  /** Clock ticks of its children that have ended and that it has waited for, and of theirs. */
  readonly reaped: number;
  readonly threads: number;
  /** Clock ticks from boot to its start: with the pid, what tells a process from a later one. */
  readonly started: number;
  /** Pages. */
  readonly resident: number;
}

/** All processes by pid. */
export type Processes = ReadonlyMap<number, ProcessStat>;

/** Reads the contents of any number of `/proc/PID/stat`, a line each. */
export function parseStats(text: string): Processes {
  const all = new Map<number, ProcessStat>();
  for (const line of text.split("\n")) {
    // A name may hold blanks and brackets; no field after it does.
    const [open, close] = [line.indexOf("("), line.lastIndexOf(")")];
    const field = line.slice(close + 2).split(" ");
    const number = (place: number) => Number(field[place - 3]); // as numbered in the manual page
    if (open < 0 || close < open || field.length < 22) continue;
    const pid = Number(line.slice(0, open));
    all.set(pid, {
      pid,
      name: line.slice(open + 1, close),
      parent: number(4),
      own: number(14) + number(15),
      reaped: number(16) + number(17),
      threads: number(20),
      started: number(22),
      resident: number(24),
    });
  }
  return all;
}

export const isSame = (one: ProcessStat | undefined, other: ProcessStat | undefined): boolean =>
  one !== undefined && one.pid === other?.pid && one.started === other.started;

/**
 * The root and all that descend from it. What was in the tree before stays in it: a process whose
 * parent has ended is a child of the system's first one, and still the target's.
 */
export function treeOf(all: Processes, root: number, before: Processes): Processes {
  const children = Map.groupBy(all.values(), ({ parent }) => parent);
  const tree = new Map<number, ProcessStat>();
  const add = (process: ProcessStat) => {
    if (tree.has(process.pid)) return;
    tree.set(process.pid, process);
    children.get(process.pid)?.forEach(add);
  };
  for (const process of all.values()) {
    if (process.pid === root || isSame(process, before.get(process.pid))) add(process);
  }
  return tree;
}

/**
 * Clock ticks that a tree took between two looks at it. The time of a child that ended goes to
 * whoever waited for it, all at once; what the earlier look had counted of it counts no second time.
 * (Of a child that nobody waits for, the time since the earlier look is lost.)
 */
export function ticksBetween(before: Processes, after: Processes): number {
  const counted = new Map<number, number>();
  for (const gone of before.values()) {
    if (isSame(gone, after.get(gone.pid))) continue;
    const heir = heirOf(gone, before, after);
    if (heir) counted.set(heir, (counted.get(heir) ?? 0) + gone.own + gone.reaped);
  }
  let ticks = 0;
  for (const process of after.values()) {
    const earlier = before.get(process.pid);
    const known = earlier && isSame(earlier, process) ? earlier : { own: 0, reaped: 0 };
    const reaped = process.reaped - known.reaped - (counted.get(process.pid) ?? 0);
    ticks += process.own - known.own + Math.max(0, reaped);
  }
  return ticks;
}

/** The nearest ancestor that is still there. */
function heirOf(gone: ProcessStat, before: Processes, after: Processes): number | undefined {
  for (let { parent } = gone;;) {
    const process = before.get(parent);
    if (!process) return undefined;
    if (isSame(process, after.get(parent))) return parent;
    parent = process.parent;
  }
}
