/**
 * How many nodes a load needs, when one was measured to carry so much. Connections and deliveries
 * are shared out among the nodes; each event goes to all of them, so that more nodes do not help
 * against too many events.
 */
import { percent, whole } from "../record/numbers.ts";
import type { Nodes } from "../record/capacity/nodes.ts";

/** What one node was seen to carry within the objectives. */
export interface Carried {
  readonly connections: number;
  /** A second. */
  readonly events: number;
  /** A second. */
  readonly deliveries: number;
  /** Whether an event goes to a share of all who are connected that stays the same. */
  readonly audience: "all" | "some";
}

export interface Wanted {
  readonly users: number;
  /** As many, a second, as in the scenario for so many users where it is not told. */
  readonly events?: number;
}

/** Of what a node was measured to carry, this much is planned for: days differ, and so do machines. */
const PLANNED = 0.8;

/** The plan; `undefined` where the node carried nothing. */
export function planNodes(carried: Carried, wanted: Wanted): Nodes | undefined {
  if (carried.connections <= 0) return undefined;
  const { users } = wanted;
  const share = users / carried.connections;
  // One channel for all has as many events for a thousand as for ten; channels of a few, more.
  const usual = carried.audience === "all" ? carried.events : carried.events * share;
  const events = wanted.events ?? usual;
  const heard = carried.events > 0 ? carried.deliveries / carried.events : 0;
  const deliveries = events * (carried.audience === "all" ? heard * share : heard);
  const loads = {
    connections: share,
    deliveries: carried.deliveries > 0 ? deliveries / carried.deliveries : 0,
  };
  const bound = loads.deliveries > loads.connections ? "deliveries" : "connections";
  const nodes = loads[bound];
  const needed = Math.max(1, Math.ceil(nodes / PLANNED));
  return {
    users,
    events,
    deliveries,
    needed,
    withSpare: needed + 1,
    utilisation: { all: nodes / (needed + 1), oneDown: nodes / needed },
    bound,
    assumptions: [
      `a node is planned to carry ${
        percent(PLANNED, 1)
      } of what one was measured to carry, with one node down`,
      "nodes are machines like the measured one, and share connections evenly",
      "what nodes need to tell each other of events (a Redis, say) was not measured by one node",
      carried.audience === "all"
        ? "each event goes to all users"
        : "a channel has as many members as in the scenario, and there are more channels for more users",
      ...(events > carried.events
        ? [
          `each node is told of all ${whole(events)} events a second, and one was measured with ${
            whole(carried.events)
          }: that it can take in so many`,
        ]
        : []),
    ],
  };
}
