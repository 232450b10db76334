/** How many connections a target may be asked to hold at once: its `maxConnections`. */
import type { Scenario } from "./scenario.ts";

/** The sentinel that watches the server holds one. */
export const SENTINELS = 1;

/** How many clients a scenario may have connected at one time. */
export const connectionsOf = ({ clients }: Pick<Scenario, "clients">): number =>
  Object.values(clients).reduce((sum, { count }) => sum + count, 0);

export interface Connections {
  /** Waits until so many may be opened; the longest waiting come first. */
  take(count: number): Promise<void>;
  /** Says that so many are closed. */
  give(count: number): void;
  /** Says that some are only held from now on. */
  held(): void;
}

/**
 * Shares out `max` connections. `makeRoom` is called while somebody has to wait, to let go of
 * connections that are only held.
 */
export function shareConnections(max: number, makeRoom: () => void): Connections {
  let free = max;
  const waiting: { readonly count: number; readonly go: () => void }[] = [];
  const serve = () => {
    for (let first = waiting[0]; first && first.count <= free; first = waiting[0]) {
      waiting.shift();
      free -= first.count;
      first.go();
    }
  };
  const held = () => {
    if (waiting.length > 0) makeRoom();
  };
  return {
    held,
    take: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, go: resolve });
        serve();
        held();
      }),
    give: (count) => {
      free += count;
      serve();
    },
  };
}
