/** Several programs that are one server: its nodes. */
import type { Program, Running } from "./start.ts";

export interface Group extends Running {
  /** Its programs as they are now: the nodes, and then what stands before them. */
  readonly programs: readonly Program[];
  /** Asks the node at this index to end, and puts what `startAgain` brings into its place. */
  restart(n: number, startAgain: () => Promise<Program>): Promise<void>;
}

/**
 * Ended once one has ended that nobody asked to, or all have. `before` stands before the others, and
 * is stopped after them.
 */
export function groupOf(nodes: readonly [Program, ...Program[]], before?: Program): Group {
  const programs: Program[] = before ? [...nodes, before] : [...nodes];
  const ended = Promise.withResolvers<Awaited<Running["ended"]>>();
  let left = programs.length;
  const watch = (program: Program) => {
    void program.ended.then((end) => {
      left -= 1;
      if (left === 0 || !program.stopping) ended.resolve(end);
    });
  };
  programs.forEach(watch);
  return {
    programs,
    get pid() {
      return programs[0]!.pid; // a server has a node
    },
    get container() {
      return programs[0]?.container;
    },
    ended: ended.promise,
    get stopping() {
      return programs.every(({ stopping }) => stopping);
    },
    output: () => programs.map((program) => program.output()).join("\n"),
    async stop(signal, graceMs) {
      await Promise.all(
        programs.slice(0, nodes.length).map((program) => program.stop(signal, graceMs)),
      );
      await before?.stop(signal, graceMs);
    },
    async restart(n, startAgain) {
      left += 1; // until its successor is there, the group has not ended
      await programs[n]!.stop("SIGTERM"); // as many nodes as were started
      const successor = await startAgain();
      programs[n] = successor;
      watch(successor);
    },
  };
}
