import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseStats, type Processes, ticksBetween, treeOf } from "./process_tree.ts";

/** A line of `/proc/PID/stat`, as Linux 6 writes it. */
function stat(
  pid: number,
  parent: number,
  { user = 0, system = 0, reaped = 0, started = 100, name = "server" } = {},
): string {
  return `${pid} (${name}) S ${parent} 1 1 0 -1 4194304 900 0 0 0 ${user} ${system} ${reaped} 0 ` +
    `20 0 3 0 ${started} 61440000 2500 18446744073709551615 1 1 0 0 0 0 0 16781312 17642`;
}

const all = (...lines: string[]) => parseStats(lines.join("\n"));
const pids = (tree: Processes) => [...tree.keys()].toSorted();

describe("a line of /proc/PID/stat", () => {
  it("is read by the numbers of its manual page", () => {
    const line = stat(7, 3, { user: 20, system: 5, reaped: 9, started: 1234 });
    assertEquals(all(line).get(7), {
      pid: 7,
      name: "server",
      parent: 3,
      own: 25,
      reaped: 9,
      threads: 3,
      started: 1234,
      resident: 2500,
    });
  });

  it("may hold a name with blanks and brackets", () => {
    const read = all(stat(7, 3, { name: "a) S 1 (b c" })).get(7);
    assertEquals([read?.name, read?.parent], ["a) S 1 (b c", 3]);
  });
});

describe("a process tree", () => {
  const before = all(stat(1, 0), stat(10, 1), stat(11, 10), stat(12, 11), stat(20, 1));

  it("is the root and all its descendants, and nobody else", () => {
    assertEquals(pids(treeOf(before, 10, new Map())), [10, 11, 12]);
  });

  it("keeps a process whose parent has ended", () => {
    const tree = treeOf(before, 10, new Map());
    const orphaned = all(stat(1, 0), stat(10, 1), stat(12, 1), stat(20, 1));
    assertEquals(pids(treeOf(orphaned, 10, tree)), [10, 12]);
  });

  it("does not keep a stranger who has the pid of one that ended", () => {
    const tree = treeOf(before, 10, new Map());
    const reused = all(stat(1, 0), stat(10, 1), stat(11, 1, { started: 900 }));
    assertEquals(pids(treeOf(reused, 10, tree)), [10]);
  });
});

describe("the ticks of a tree", () => {
  const before = all(stat(10, 1, { user: 100 }), stat(11, 10, { user: 50, reaped: 7 }));

  it("are what its processes ran, in user and in kernel mode", () => {
    const after = all(stat(10, 1, { user: 110, system: 4 }), stat(11, 10, { user: 53, reaped: 7 }));
    assertEquals(ticksBetween(before, after), 17);
  });

  it("hold all of a process that is new", () => {
    const after = all(
      stat(10, 1, { user: 100 }),
      stat(11, 10, { user: 50, reaped: 7 }),
      stat(12, 10, { user: 8, reaped: 2 }),
    );
    assertEquals(ticksBetween(before, after), 10);
  });

  it("count a child that ended once, though all its time goes to its parent at its end", () => {
    // It ran 3 ticks more before it ended, and had reaped 7 itself.
    const after = all(stat(10, 1, { user: 100, reaped: 60 }));
    assertEquals(ticksBetween(before, after), 3);
  });

  it("hold a child that came and went between two looks", () => {
    const after = all(
      stat(10, 1, { user: 100, reaped: 30 }),
      stat(11, 10, { user: 50, reaped: 7 }),
    );
    assertEquals(ticksBetween(before, after), 30);
  });

  it("never go back when nobody waited for a child", () => {
    assertEquals(ticksBetween(before, all(stat(10, 1, { user: 101 }))), 1);
  });

  it("go up to a grandparent when parent and child have ended", () => {
    const deep = all(stat(10, 1), stat(11, 10, { user: 20 }), stat(12, 11, { user: 30 }));
    assertEquals(ticksBetween(deep, all(stat(10, 1, { reaped: 55 }))), 5);
  });

  it("begin anew with a process that was restarted", () => {
    const after = all(stat(30, 1, { user: 12, started: 500 }));
    assertEquals(ticksBetween(before, after), 12);
  });
});
