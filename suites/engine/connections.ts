/** How many connections a target may be asked to hold at once: its `maxConnections`. */
import type { Scenario } from "./scenario.ts";

/** The sentinel that watches the server holds one. */
export const SENTINELS = 1;

/** How many clients a scenario may have connected at one time. */
export const connectionsOf = ({ clients }: Pick<Scenario, "clients">): number =>
  Object.values(clients).reduce((sum, { count }) => sum + count, 0);

/** Sockets kept open after their scenario, at most; the oldest scenarios make room. */
const KEPT_SOCKETS = 4000;

/** Connections of scenarios that run side by side, those that are only held included, at most. */
export function mostBeside(
  scenarios: readonly Pick<Scenario, "clients">[],
  maxConnections: number | undefined,
): number {
  return maxConnections === undefined
    ? Math.max(KEPT_SOCKETS, ...scenarios.map(connectionsOf))
    : Math.min(KEPT_SOCKETS, maxConnections - SENTINELS);
}

/** Connections that a whole plan holds at one time, at most. */
export function mostAtOnce(
  scenarios: readonly Pick<Scenario, "clients" | "schedule">[],
  maxConnections: number | undefined,
): number {
  const beside = scenarios.filter(({ schedule }) => schedule === "parallel");
  const held = Math.min(
    mostBeside(beside, maxConnections),
    beside.reduce((sum, scenario) => sum + connectionsOf(scenario), 0),
  );
  const alone = scenarios.filter(({ schedule }) => schedule !== "parallel").map(connectionsOf);
  const most = held + Math.max(0, ...alone) + SENTINELS;
  return maxConnections === undefined ? most : Math.min(most, maxConnections);
}

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
