/** A small plan for tests, on a server they have started: what each changes is what it is about. */
import type { ServerProcess } from "../../../../targets/start.ts";
import {
  type Counts,
  type LoadMeasurements,
  NO_COUNTS,
} from "../../../record/load/measurements.ts";
import type { LoadPlan } from "../../../record/load/plan.ts";

export const SECRET = "app-secret";

/** 50 clients on one private channel, 20 events a second for 2.5 s. */
export function planFor(
  address: Pick<LoadPlan["target"], "websocket" | "api" | "ca" | "sources">,
  change: Partial<LoadPlan> = {},
): LoadPlan {
  return {
    version: 1,
    target: { ...address, appId: "app-id", key: "app-key" },
    channels: ["private-auction"],
    clients: [{ name: "bidders", count: 50, perSecond: 1000, channels: [[0]] }],
    publishers: [{ event: "BidPlaced", perSecond: 20, channels: [0], bytes: 300 }],
    phases: [
      { name: "warm-up", seconds: 0.5, rate: 1, measured: false },
      { name: "auction", seconds: 2, rate: 1, measured: true },
    ],
    settleMs: 5000,
    ...change,
  };
}

export function addressOf({ endpoints }: ServerProcess) {
  const { host, port } = endpoints.websocket;
  return { websocket: `ws://${host}:${port}`, api: `http://${host}:${port}` };
}

/** Of all phases together. */
export function totalOf({ phases }: LoadMeasurements): Counts {
  const sums = phases.map(({ counts }) => Object.entries(counts)).flat();
  const total: Record<string, number> = {};
  for (const [name, count] of sums) total[name] = (total[name] ?? 0) + count;
  return total as Counts; // the sums of its own fields
}

/** Nothing but what is named happened. */
export function counted(some: Partial<Counts>): Counts {
  return { ...NO_COUNTS, ...some };
}
