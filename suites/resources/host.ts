/** The machine that Plumbline runs on, which is the target's where the target is local. */
import os from "node:os";
import type { Source } from "./source.ts";

/** Cores in use and bytes in use, of the whole machine. */
export function hostSource(): Source {
  let before: { busy: number; all: number } | undefined;
  return {
    describe: () => `this machine, ${os.cpus().length} cores`,
    read: () => {
      const times = os.cpus().map(({ times }) => times);
      const all = times.reduce(
        (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
        0,
      );
      const busy = all - times.reduce((sum, { idle }) => sum + idle, 0);
      const cpu = before && all > before.all
        ? { cpu: Math.max(0, busy - before.busy) / (all - before.all) * times.length }
        : {};
      before = { busy, all };
      const { total, available } = Deno.systemMemoryInfo();
      return Promise.resolve({ host: { ...cpu, memory: total - available } });
    },
  };
}
